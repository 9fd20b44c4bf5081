import { type Analyzer, createAnalyzer, defaultLocales } from '../../privacy/text/analyzer.ts'
import { textRecognizers } from '../../privacy/text/recognizers/index.ts'
import type { Locale, TextRecognizer } from '../../privacy/text/text-recognizer.ts'
import { PresidioError } from './presidio-error.ts'

/** The profiles that a language brings besides those that are always on: the countries where it is written in offices. */
const localesOf: Readonly<Record<string, readonly Locale[]>> = {
  en: ['us', 'uk', 'ca', 'au', 'in', 'sg', 'za', 'ng', 'ph'],
  es: ['es'],
  it: ['it'],
  fr: ['fr'],
  de: ['de'],
  nl: ['nl'],
  pl: ['pl'],
  pt: ['pt'],
  ko: ['kr'],
  th: ['th'],
  tr: ['tr'],
}
const nordic = ['da', 'nb', 'nn', 'no', 'sv', 'fi', 'is']
const analyzers = new Map<string, Analyzer>()

/** The analyzer for a language (ISO 639-1), made when first asked for. @throws PresidioError for a language that nothing here reads */
export function analyzerOf(language: string): Analyzer {
  const added = Object.hasOwn(localesOf, language) ? (localesOf[language] ?? []) : []
  if (added.length === 0 && !nordic.includes(language)) throw new PresidioError(500, noRecognizers)
  return analyzerWith(added)
}

/** The analyzer that knows every profile, for lists without a language. */
export function analyzerOfAll(): Analyzer {
  return analyzerWith([...new Set(textRecognizers.map(({ locale }) => locale))].filter((locale) => !defaultLocales.includes(locale)))
}

export const noRecognizers = 'No matching recognizers were found to serve the request.'

function analyzerWith(added: readonly Locale[]): Analyzer {
  const key = added.join()
  const known = analyzers.get(key)
  if (known !== undefined) return known
  const made = createAnalyzer({ locales: [...defaultLocales, ...added], withImpersonal: true })
  analyzers.set(key, made)
  return made
}

/** The name that a client of Presidio knows the recognizer by. */
export function recognizerName({ id, presidio }: Pick<TextRecognizer, 'id' | 'presidio'>): string {
  return presidio ?? `${id.replaceAll(/(?:^|-)([a-z0-9])/g, (_part, first: string) => first.toUpperCase())}Recognizer`
}
