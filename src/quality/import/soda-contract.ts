import { customSql, otherDataset } from './expectations-table.ts'
import type { Collector, RuleDraft } from './imported.ts'
import { asList, asNames, asObject, asObjects, asText, idOf, isOff, isOn, isTemplate, own } from './read-value.ts'
import { allOf, duplicatesApart, eachApart, limitsApart, onDuplicates, onFigure, onMissing, onRows, sodaFigures } from './soda-limits.ts'
import { contractSchemaRule } from './soda-schema.ts'
import { readThreshold, type TimedLimit } from './soda-threshold.ts'
import { aboutCheck, missingRules, spaced, UNKNOWN_KEY, unknownKeys, validKeys, validRules } from './soda-valid.ts'

type Node = Record<string, unknown>

interface Place {
  dataset: string
  column: string | null
  filter: string | null
  columns: readonly Node[]
  scopes: Node
}

const known = new Set([
  'dataset',
  'table',
  'description',
  'owner',
  'filter',
  'filter_sql',
  'check_filter',
  'scopes',
  'columns',
  'checks',
  'variables',
  'data_source',
  'datasource',
  'data_source_file',
  'schema',
  'database',
  'id',
  'name',
  'tags',
])

/** Reads a Soda data contract into the collector. */
export function readSodaContract(content: Node, collector: Collector): void {
  const dataset = collector.dataset(asText(content['dataset']) ?? asText(content['table']) ?? '', content)
  const columns = asObjects(content['columns'])
  const filter = asText(content['filter']) ?? asText(content['filter_sql']) ?? asText(asObject(content['check_filter'])?.['expression_sql'])
  if (filter !== null && isTemplate(filter))
    collector.skip('filter', filter, 'its parameters are filled in elsewhere; the checks look at all rows here')
  const place = {
    dataset,
    columns,
    scopes: asObject(content['scopes']) ?? {},
    column: null,
    filter: filter === null || isTemplate(filter) ? null : filter,
  }
  readList(content['checks'], 'checks', place, collector)
  if (isOldForm(content)) readCheck('schema', asObject(content['schema']) ?? {}, 'columns', place, collector)
  for (const [index, column] of columns.entries()) {
    const name = asText(column['name'])
    if (name === null) collector.skip(`columns[${index}]`, 'column', 'it has no name')
    else readColumn(column, `columns[${index}]`, { ...place, column: name }, collector)
  }
  for (const key of Object.keys(content)) if (!known.has(key)) collector.skip(key, key, 'Atlas does not know this key')
}

/** Before version 4, where checks have a `type`, the columns are checked without a check that says so. */
function isOldForm({ checks, columns }: Node): boolean {
  const all = [checks, ...asObjects(columns).map((column) => column['checks'])].flatMap((list) => asObjects(list))
  return asObjects(columns).length > 0 && all.some(({ type }) => typeof type === 'string') && !all.some(({ type }) => type === 'schema')
}

function readColumn(column: Node, at: string, place: Place & { column: string }, collector: Collector): void {
  readList(column['checks'], `${at}.checks`, place, collector)
  // Forms before version 4 say it beside the name.
  const where = allOf(place.filter === null ? [] : [place.filter])
  if (isOn(column['not_null']))
    collector.add(place.dataset, `${at}.not_null`, { check: 'not-null', options: { column: place.column }, ...where })
  if (isOn(column['unique']))
    collector.add(place.dataset, `${at}.unique`, { check: 'unique', options: { columns: [place.column] }, ...where })
  for (const key of unknownKeys(column, ofColumns)) collector.skip(at, `${place.column}: ${key}`, 'Atlas does not know this key')
  // A check of them says what they are for, and how many rows may break them.
  if (asList(column['checks']).some((item) => /invalid/.test(typeAndBody(item).type ?? ''))) return
  const valid = validRules(place.column, onlyValid(column, 'valid'), (name) => otherDataset(name, collector.options))
  for (const rule of valid.rules) collector.add(place.dataset, at, { ...rule, ...where })
  for (const [what, why] of valid.wrong) collector.skip(at, what, why)
}

function readList(checks: unknown, at: string, place: Place, collector: Collector): void {
  asList(checks).forEach((item, index) => {
    const where = `${at}[${index}]`
    const { type, given, beside } = typeAndBody(item)
    for (const key of beside) collector.skip(where, key, 'it stands beside the check and not under it: indent it')
    if (type === null) collector.skip(where, 'check', 'it names no type')
    else readCheck(type, given, where, place, collector)
  })
}

/** `- missing: {…}`, `- schema`, and `- type: missing` of the forms before version 4. */
function typeAndBody(item: unknown): { type: string | null; given: Node; beside: string[] } {
  if (typeof item === 'string') return { type: item, given: {}, beside: [] }
  const node = asObject(item)
  const named = asText(node?.['type'])
  if (node === null) return { type: null, given: {}, beside: [] }
  if (named !== null) return { type: named, given: node, beside: [] }
  const [type, ...beside] = Object.keys(node)
  return { type: type ?? null, given: asObject(node[type ?? '']) ?? {}, beside }
}

/** Keys of a check that are read, or that say how it is read. */
const ofChecks = new Set(
  [
    'type',
    'filter',
    'filter sql',
    'threshold',
    'scope',
    'enabled',
    'columns',
    'column',
    'unit',
    'function',
    'expression',
    'query',
    'sql',
  ].concat(
    ['fail condition', 'fail query', 'metric', 'expression sql', 'query sql', 'allow extra columns', 'extra columns allowed'],
    ['allow other column order'],
  ),
)

const ofColumns = new Set(
  ['name', 'description', 'data type', 'checks', 'optional', 'not null', 'unique', 'character maximum length', 'numeric precision'].concat([
    'numeric scale',
    'datetime precision',
    'default',
    'primary key',
    'classification',
    'owner',
  ]),
)

function readCheck(type: string, given: Node, where: string, place: Place, collector: Collector): void {
  const scope = asText(given['scope'])
  const scoped = scope === null ? null : asText(asObject(place.scopes[scope])?.['filter'])
  if (scope !== null && scoped === null) return collector.skip(where, type, `the scope ${scope} has no filter in this file`)
  const filter = [place.filter, scoped, asText(given['filter']) ?? asText(given['filter_sql'])].flatMap((text) => text ?? [])
  if (filter.some(isTemplate)) return collector.skip(where, type, 'its filter has parameters that are filled in elsewhere')
  const clock = asText(given['now_variable'])
  if (clock !== null) return collector.skip(where, type, `its clock is the variable ${clock}; Atlas measures ages by the present`)
  const limits = readThreshold(given)
  if (limits === null) return collector.skip(where, type, 'its threshold is no plain comparison')
  const drafts = draftsOf(type.replace(/^no_/, ''), given, limits, place, collector, where)
  if (typeof drafts === 'string') return collector.skip(where, type, drafts)
  for (const key of unknownKeys(given, ofChecks)) if (!key.startsWith('must_')) collector.skip(where, `${type}: ${key}`, UNKNOWN_KEY)
  const shared = { ...allOf(filter), ...aboutCheck(given), ...(isOff(given['enabled']) ? { enabled: false } : {}) }
  const id = drafts.length === 1 ? idOf(given['qualifier'] ?? given['identity']) : {}
  for (const draft of drafts) collector.add(place.dataset, where, { ...id, ...shared, ...draft })
}

function draftsOf(
  type: string,
  given: Node,
  limits: TimedLimit[],
  place: Place,
  collector: Collector,
  where: string,
): RuleDraft[] | string {
  const { column } = place
  if (type === 'schema') return contractSchemaRule(given, place.columns, (what, why) => collector.skip(where, what, why))
  if (type === 'row_count' || type === 'rows_exist')
    return limits.length === 0 ? [{ check: 'row-count' }] : onFigure('row-count', {}, limits, false)
  if (type.startsWith('freshness')) return freshness(given, column, limits, type.endsWith('days') ? 24 : 1)
  if (type === 'failed_rows') return failedRows(given, limits, collector)
  if (/^metric(_query|_expression)?$/.test(type)) return metric(given, limits, collector)
  if (/^(multi(ple)?_column_)?(no_)?(duplicate|unique)/.test(type)) {
    const columns = asNames(given['columns'])
    for (const [what, why] of duplicatesApart(type, limits)) collector.skip(where, what, why)
    return onDuplicates(columns.length > 0 || column === null ? columns : [column], withUnit(type, limits))
  }
  if (type === 'group_by' || type.startsWith('reconciliation') || type.endsWith('_diff')) return 'Atlas has no check of this kind'
  return column === null
    ? 'it stands under no column, or Atlas has no check of this kind'
    : ofColumn(type, column, given, limits, { place, collector, where })
}

interface At {
  place: Place
  collector: Collector
  where: string
}

function ofColumn(type: string, column: string, given: Node, limits: TimedLimit[], { place, collector, where }: At): RuleDraft[] | string {
  const stated = place.columns.find(({ name }) => name === column) ?? {}
  if (type.startsWith('missing')) {
    const { rules, wrong } = missingRules(column, { ...onlyValid(stated, 'missing'), ...spaced(given) })
    for (const [what, why] of wrong) collector.skip(where, what, why)
    return onMissing(column, rules, withUnit(type, limits))
  }
  if (type.startsWith('invalid')) {
    const all = { ...onlyValid(stated), ...spaced(given) }
    const { rules, wrong } = validRules(column, all, (name) => otherDataset(name, collector.options))
    const apart = [...eachApart(type, rules, limits), ...limitsApart(type, withUnit(type, limits))]
    for (const [what, why] of [...wrong, ...apart]) collector.skip(where, what, why)
    if (rules.length === 0) return wrong.length > 0 ? [] : 'it says nothing about what is valid'
    return onRows(rules, withUnit(type, limits)) ?? 'Atlas has no check that invalid values must be there'
  }
  const name = asText(given['function']) ?? type
  const figure = own(sodaFigures, name)
  if (figure === undefined) return `Atlas has no check or figure called ${name}`
  return onFigure('aggregate', { column, metric: figure }, limits, true)
}

/** What a column says of its valid and missing values. @param word only keys that have it */
function onlyValid(column: Node, word = ''): Node {
  return Object.fromEntries(Object.entries(spaced(column)).filter(([key]) => validKeys.has(key) && key.includes(word)))
}

function withUnit(type: string, limits: TimedLimit[]): TimedLimit[] {
  return type.endsWith('_percent') ? limits.map((limit) => ({ ...limit, unit: 'percent' as const })) : limits
}

function freshness(given: Node, under: string | null, limits: TimedLimit[], hoursEach: number): RuleDraft[] | string {
  const column = asText(given['column']) ?? under
  if (column === null) return 'it names no column'
  const ages = limits.map(({ condition, hours, warns }) => ({
    hours: 'within' in condition ? (condition.within.below ?? condition.within.max ?? null) : null,
    each: hours || hoursEach,
    warns,
  }))
  if (ages.length === 0 || ages.some(({ hours }) => hours === null || hours <= 0)) return 'its threshold is no greatest age'
  return ages.map(({ hours, each, warns }) => ({
    check: 'freshness',
    options: { column, maxAgeHours: hours! * each, zone: 'UTC' },
    ...(warns ? { severity: 'warning' as const } : {}),
  }))
}

function failedRows(given: Node, limits: TimedLimit[], { options }: Collector): RuleDraft[] | string {
  const expression = asText(given['expression']) ?? asText(given['fail_condition']) ?? asText(given['fail condition'])
  const query = asText(given['query']) ?? asText(given['fail_query']) ?? asText(given['sql'])
  if (expression !== null && isTemplate(expression)) return 'its SQL has parameters that are filled in elsewhere'
  // Rows where the expression is unknown do not fail in Soda either.
  const drafts =
    expression !== null
      ? [{ check: 'expression', options: { expression: `not (${expression})` } }]
      : query === null
        ? 'it has no expression or query'
        : customSql(query, options)
  return typeof drafts === 'string' ? drafts : (onRows(drafts, limits) ?? 'Atlas has no check that failing rows must be there')
}

function metric(given: Node, limits: TimedLimit[], { options }: Collector): RuleDraft[] | string {
  const query = asText(given['query']) ?? asText(given['sql']) ?? asText(given['query_sql'])
  const expression = asText(given['expression']) ?? asText(given['expression_sql'])
  const drafts = customSql(query ?? (expression === null ? '' : `select ${expression} from rows`), options)
  if (query === null && expression === null) return 'it has no query or expression'
  return typeof drafts === 'string' ? drafts : onFigure('custom-sql', { ...drafts[0]!.options, metric: true }, limits, true)
}
