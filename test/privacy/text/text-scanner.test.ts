import { describe, expect, it } from 'vitest'
import { createRandom, type Random } from '../../../bench/support/random.ts'
import { mixedProse } from '../../../bench/support/mixed-prose.ts'
import { recogniseAll } from '../../../src/privacy/text/recognise.ts'
import { textRecognizers } from '../../../src/privacy/text/recognizers/index.ts'
import { TextScanner } from '../../../src/privacy/text/scan/text-scanner.ts'
import { windowSize } from '../../../src/privacy/text/scan/text-window.ts'
import { defineTextRecognizer, type TextPattern, type TextRecognizer } from '../../../src/privacy/text/text-recognizer.ts'

/** The scan of a text must find what each recognizer finds over the whole of it. */
function expectSame(recognizers: readonly TextRecognizer[], scanner: TextScanner, text: string): void {
  const scanned = new Map(scanner.scan(text, {}).map(({ recognizer, matches }) => [recognizer, matches]))
  for (const recognizer of recognizers) {
    expect(scanned.get(recognizer) ?? [], `${recognizer.id} in ${JSON.stringify(text.slice(0, 200))}`).toEqual(
      recogniseAll(recognizer, text, {}),
    )
  }
}

const examples = textRecognizers.flatMap(({ examples: { found, ignored } }) => [...found, ...ignored])
const glue = [' ', ' ', '\n', ', ', '-', '.', '_', ':', '/', '', '@', '🙂', 'æ', '\u00a0', '1', 'a', '<', '(']

/** Examples of all recognizers, whole, cut and with a character changed, run together by anything. */
function shuffledText(random: Random): string {
  return Array.from({ length: 40 }, () => {
    const example = random.pick(examples)
    const how = random.below(4)
    if (how === 0) return example.slice(random.below(example.length)) + random.pick(glue)
    if (how === 1) return example.slice(0, random.below(example.length)) + random.pick(glue) + example.slice(random.below(example.length))
    return example + random.pick(glue)
  }).join('')
}

function patternRecognizer(pattern: Omit<TextPattern, 'name' | 'score'>): TextRecognizer {
  return defineTextRecognizer({
    id: 'pattern',
    entity: 'PATTERN',
    title: 'A pattern',
    source: 'test',
    presidio: null,
    locale: 'global',
    languages: [],
    gate: { digits: 0 },
    patterns: [{ name: 'pattern', score: 0.5, ...pattern }],
    context: [],
    examples: { found: [], ignored: [] },
  })
}

describe('TextScanner', () => {
  const scanner = new TextScanner(textRecognizers)

  it('finds what each recognizer finds alone, over examples run together at random', () => {
    const random = createRandom(7)
    for (let round = 0; round < 60; round++) expectSame(textRecognizers, scanner, shuffledText(random))
  })

  it('finds what each recognizer finds alone, over prose', () => {
    for (const text of mixedProse(60_000, 3)) expectSame(textRecognizers, scanner, text)
  })

  it('finds what each recognizer finds alone, over characters at random', () => {
    const random = createRandom(11)
    const alphabet = [...'0123456789abcdefxzABDKPSW-.:/@ +#<_\n', 'ø', 'ſ', 'K', '\ud83d', '\ude42', '🙂', '\u00a0', '한']
    for (let round = 0; round < 60; round++) {
      expectSame(textRecognizers, scanner, Array.from({ length: 400 }, () => random.pick(alphabet)).join(''))
    }
  })

  it.each([' DK5000400440116243 ', '🙂070761-4285🙂', ' www.firma.dk ', '🙂🙂🙂 10.0.0.1 '])(
    'finds %j alike wherever it lies across the stretches that a long text is read in',
    (piece) => {
      const few = textRecognizers.filter(({ id }) => ['iban-code', 'dk-cpr', 'url', 'ip-address'].includes(id))
      const one = new TextScanner(few)
      for (let before = windowSize - 40; before < windowSize + 4; before++)
        expectSame(few, one, `${' '.repeat(before)}${piece}${' '.repeat(before)}${piece}`)
    },
  )

  const texts = [
    '',
    'a',
    'xaay xay aaa',
    'ks Kſ kS',
    '12-34 012345 1 22 333\n44',
    '🙂a🙂 \ud83da\ude42b',
    'aXbb ab\nab',
    'the cat, the dog',
    `${'a'.repeat(100)}b`,
  ]
  const sources = [
    'a{2}',
    'a+b?',
    '(?<!x)a',
    '(?<=x|^)a',
    '\\ba\\b',
    'a\\b',
    '\\Ba',
    '^a',
    'a$',
    'k.',
    '[^a]b',
    '(?<entity>\\d+)-\\d',
    '(\\d)\\1',
    '\\p{L}{2,3}(?!\\p{L})',
    '(?:cat|dog|the (?=dog))',
    '(?=a)a|b',
    '.',
    '\\P{L}+?\\d',
    'a*',
    'a{1,40}b',
    'a{40,}b',
    '[🙂a]',
    '\\u{1F642}',
    'x?a(?:y|$)',
    '[\\w-]+\\n?',
    '(?:(?:a|b){1,2}X?){2}',
    '[\\]\\\\a]',
  ]
  it.each(sources.flatMap((regex) => [{ regex }, { regex, caseSensitive: true as const }]))('keeps to what $regex matches', (pattern) => {
    const recognizers = [patternRecognizer(pattern)]
    const one = new TextScanner(recognizers)
    for (const text of texts) expectSame(recognizers, one, text)
  })
})
