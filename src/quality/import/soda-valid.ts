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

const POSITIVE_DECIMAL = String.raw`^\+?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)$`

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
  for (const key of ['valid min', 'valid max', 'valid length', 'valid min length', 'valid max length'])
    if (node[key] != null && asNumber(node[key]) === null) wrong.push([key, 'it is no number'])
  const [min, max] = [asNumber(node['valid min']), asNumber(node['valid max'])]
  if (min !== null || max !== null) add('range', { ...(min === null ? {} : { min }), ...(max === null ? {} : { max }) })
  const exact = asNumber(node['valid length'])
  const [shortest, longest] = [asNumber(node['valid min length']) ?? exact, asNumber(node['valid max length']) ?? exact]
  if (shortest !== null || longest !== null)
    add('length', { ...(shortest === null ? {} : { min: shortest }), ...(longest === null ? {} : { max: longest }) })
  addReference()
  if (rules.length > 0 && ['missing values', 'missing regex', 'missing format'].some((key) => node[key] != null))
    wrong.push(['missing values', 'Soda takes them for missing and not for invalid; here they are looked at: add them to what is valid'])
  return { rules, wrong }

  function addPattern(regex: string | null, key: string, check: string): void {
    if (regex === null) return
    const options = textMatch(column, [regex])
    if (options === null) wrong.push([key, 'its regular expression uses what RE2 has not (look-around, back-references), or is empty'])
    else rules.push({ check, options })
  }

  function addFormat(name: string, key: string, check: string): void {
    const plain = name.toLowerCase().replaceAll('_', ' ')
    if (plain === 'positive decimal') addPattern(POSITIVE_DECIMAL, key, check)
    else if (check === 'pattern' && own(kinds, plain) !== undefined) add('semantic-type', { type: own(kinds, plain) })
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

/** What counts as missing: NULL, and what is named; Soda looks at blanks as values unless they are. */
export function missingRules(column: string, given: Node): { rules: RuleDraft[]; wrong: [string, string][] } {
  const node = spaced(given)
  const wrong: [string, string][] = []
  const values = asScalars(node['missing values'])
  if (values === null && node['missing values'] != null) wrong.push(['missing values', 'it is no plain list of values'])
  const regex = asText(asObject(node['missing format'])?.['regex']) ?? asText(node['missing regex'])
  const pattern = regex === null ? null : wholePattern(column, regex)
  if (pattern === null && (regex !== null || node['missing format'] != null))
    wrong.push(['missing format', 'Atlas cannot read this pattern'])
  if (values === null && pattern === null) return { rules: [{ check: 'not-null', options: { column } }], wrong }
  const named = { ...(values === null ? {} : { sentinels: values }), ...(pattern === null ? {} : { pattern }) }
  return { rules: [{ check: 'not-blank', options: { column, ...named, onlyNamed: true } }], wrong }
}

/** A pattern that is looked for anywhere, as one that the whole text matches; null where RE2 cannot read it. */
function wholePattern(column: string, regex: string): string | null {
  const options = textMatch(column, [regex])
  const pattern = asText(options?.['pattern'])
  return options === null || options['anywhere'] !== true ? pattern : `(?s:.*)(?:${pattern ?? ''})(?s:.*)`
}

/** Keys that a check of Soda has and that are not known here. */
export function unknownKeys(given: Node, known: ReadonlySet<string>): string[] {
  return Object.entries(given).flatMap(([key, value]) => {
    const plain = key.replaceAll('_', ' ')
    return value === null || value === undefined || known.has(plain) || validKeys.has(plain) || silent.has(plain) ? [] : [key]
  })
}

/** Said of a key that is not known. */
export const UNKNOWN_KEY = 'Atlas does not know this key; the rule stands without it'

/** What they say is no part of a rule: labels, where failed rows are kept, how a check is called. */
const silent = new Set(
  ['name', 'identity', 'qualifier', 'attributes', 'title', 'samples limit', 'samples columns', 'collect failed rows'].concat(
    'store failed rows',
    'failed rows',
    'tags',
    'id',
  ),
)

/** What a check is called, and who its attributes say it belongs to. */
export function aboutCheck(given: Node): { description?: string; owner?: string } {
  const attributes = asObject(given['attributes'])
  const [description, owner] = [asText(given['name']) ?? asText(attributes?.['description']), asText(attributes?.['owner'])]
  return {
    ...(description === null ? {} : { description: description.slice(0, 2000) }),
    ...(owner === null || owner.trim() === '' ? {} : { owner: owner.trim().slice(0, 200) }),
  }
}
