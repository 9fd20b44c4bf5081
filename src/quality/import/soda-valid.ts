import type { RuleDraft } from './imported.ts'
import { asList, asNumber, asObject, asScalars, asText, own } from './read-value.ts'
import { textMatch } from './text-pattern.ts'

type Node = Record<string, unknown>

/** Formats that Soda has a name for, as kinds of values or named patterns of Atlas. */
const kinds: Record<string, string> = {
  'email': 'email',
  'phone number': 'phone',
  'uuid': 'uuid',
  'ip address': 'ip-address',
  'credit card number': 'credit-card',
}
const formats: Record<string, string> = {
  'ipv4 address': 'ipv4',
  'integer': 'integer',
  'positive integer': 'positive-integer',
  'decimal': 'decimal',
  'positive decimal': 'decimal',
  'decimal point': 'decimal',
  'decimal comma': 'decimal-comma',
  'percentage': 'percentage',
  'percentage point': 'percentage',
  'percentage comma': 'percentage',
  'money': 'money',
  'money point': 'money',
  'money comma': 'money',
  'date us': 'date-us',
  'date eu': 'date-eu',
  'date inverse': 'date-inverse',
  'date iso 8601': 'date-iso',
  'time 12h': 'time-12h',
  'time 24h': 'time-24h',
  'timestamp 12h': 'time-12h',
  'timestamp 24h': 'time-24h',
}

/** Keys of a validity check that {@link validRules} understands, with spaces or underscores. */
export const validKeys = new Set([
  'valid values',
  'invalid values',
  'valid format',
  'invalid format',
  'valid regex',
  'invalid regex',
  'valid min',
  'valid max',
  'valid length',
  'valid min length',
  'valid max length',
  'valid reference data',
  'valid values reference data',
  'missing values',
  'missing regex',
  'missing format',
])

/** Keys with spaces between their words, as version 3 writes them. */
export function spaced(node: Node): Node {
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key.replaceAll('_', ' '), value]))
}

/**
 * What Soda calls valid, as rules; each condition is one.
 * @param table name of another table as `layer.name`
 * @returns rules, and what could not be carried over with why
 */
export function validRules(
  column: string,
  given: Node,
  table: (name: unknown) => string | null,
): { rules: RuleDraft[]; wrong: [string, string][] } {
  const node = spaced(given)
  const rules: RuleDraft[] = []
  const wrong: [string, string][] = []
  const add = (check: string, options: object): number => rules.push({ check, options: { column, ...options } })
  const listed = (key: string, check: string): void => {
    if (node[key] === undefined) return
    const values = asScalars(node[key])
    if (values === null) wrong.push([key, 'it is no plain list of values'])
    else add(check, { values })
  }
  listed('valid values', 'set')
  listed('invalid values', 'not-in-set')
  for (const [key, check] of [
    ['valid regex', 'pattern'],
    ['invalid regex', 'not-pattern'],
  ] as const)
    addPattern(asText(node[key]), key, check)
  for (const [key, check] of [
    ['valid format', 'pattern'],
    ['invalid format', 'not-pattern'],
  ] as const) {
    const own = asObject(node[key])
    if (own !== null) addPattern(asText(own['regex']), key, check)
    else if (node[key] !== undefined) addFormat(asText(node[key]) ?? '', key, check)
  }
  const [min, max] = [asNumber(node['valid min']), asNumber(node['valid max'])]
  if (min !== null || max !== null) add('range', { ...(min === null ? {} : { min }), ...(max === null ? {} : { max }) })
  const exact = asNumber(node['valid length'])
  const [shortest, longest] = [asNumber(node['valid min length']) ?? exact, asNumber(node['valid max length']) ?? exact]
  if (shortest !== null || longest !== null)
    add('length', { ...(shortest === null ? {} : { min: shortest }), ...(longest === null ? {} : { max: longest }) })
  addReference()
  return { rules, wrong }

  function addPattern(regex: string | null, key: string, check: string): void {
    if (regex === null) return
    const options = textMatch(column, [regex])
    if (options === null) wrong.push([key, 'its regular expression uses what RE2 has not (look-around, back-references), or is empty'])
    else rules.push({ check, options })
  }

  function addFormat(name: string, key: string, check: string): void {
    const plain = name.toLowerCase().replaceAll('_', ' ')
    if (check === 'pattern' && own(kinds, plain) !== undefined) add('semantic-type', { type: own(kinds, plain) })
    else if (own(formats, plain) !== undefined) add(check, { format: own(formats, plain) })
    else wrong.push([`${key}: ${name}`, 'Atlas has no format of this name'])
  }

  function addReference(): void {
    const data = asObject(node['valid reference data'] ?? node['valid values reference data'])
    if (data === null) return
    const dataset = table(data['dataset'] ?? asList(data['dataset name'])[0])
    const field = asText(data['column']) ?? asText(data['column name'])
    if (dataset === null || field === null) wrong.push(['valid reference data', 'it names no dataset and column'])
    else rules.push({ check: 'referential', options: { columns: [column], dataset, references: [field] } })
  }
}

/** What counts as missing beside NULL, as a further rule; Soda looks at blanks as values unless they are named. */
export function missingRules(column: string, given: Node): { rules: RuleDraft[]; wrong: [string, string][] } {
  const node = spaced(given)
  const rules: RuleDraft[] = [{ check: 'not-null', options: { column } }]
  const wrong: [string, string][] = []
  const values = asScalars(node['missing values'])
  if (values !== null) rules.push({ check: 'not-in-set', dimension: 'completeness', options: { column, values } })
  const regex = asText(asObject(node['missing format'])?.['regex']) ?? asText(node['missing regex'])
  const options = regex === null ? null : textMatch(column, [regex])
  if (options !== null) rules.push({ check: 'not-pattern', dimension: 'completeness', options })
  else if (regex !== null || typeof node['missing format'] === 'string') wrong.push(['missing format', 'Atlas cannot read this pattern'])
  return { rules, wrong }
}
