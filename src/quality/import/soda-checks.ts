import { negated, readComparison } from './condition.ts'
import { customSql, otherDataset } from './expectations-table.ts'
import type { Collector, RuleDraft } from './imported.ts'
import { asList, asNames, asObject, asText, idOf, isTemplate, own, unquoted } from './read-value.ts'
import {
  allOf,
  duplicatesApart,
  eachApart,
  type Limit,
  limitsApart,
  onDuplicates,
  onFigure,
  onMissing,
  onRows,
  sodaFigures,
} from './soda-limits.ts'
import { sodaSchema } from './soda-schema.ts'
import { aboutCheck, missingRules, spaced, UNKNOWN_KEY, unknownKeys, validRules } from './soda-valid.ts'

type Node = Record<string, unknown>

/** Reads a SodaCL checks file into the collector: `checks for orders:` with its filters. */
export function readSodaChecks(content: Node, collector: Collector): void {
  const filters = readFilters(content)
  const settings = readSettings(content, collector)
  for (const [key, value] of Object.entries(content)) {
    const table = /^checks for\s+(.+?)(?:\s*\[\s*(.+?)\s*\])?$/.exec(key)
    if (table !== null) readTable(table[1]!, table[2], value, key, { filters, settings, collector })
    else if (key === 'checks') collector.skip(key, 'checks', 'it names no dataset: write checks for NAME')
    else if (/^(filter|configurations for)\s/.test(key) || key === 'variables') continue
    else if (key.startsWith('for each')) readForEach(asObject(value), key, collector)
    else collector.skip(key, key, key.startsWith('reconciliation') ? 'Atlas does not read two sources in one check' : 'it is no check')
  }
}

/** `filter orders [daily]: where: …`, by both names. */
function readFilters(content: Node): Map<string, string> {
  return new Map(
    Object.entries(content).flatMap(([key, value]) => {
      const named = /^filter\s+(.+?)\s*\[\s*(.+?)\s*\]$/.exec(key)
      const where = asText(asObject(value)?.['where'])
      return named === null || where === null ? [] : [[`${named[1]} ${named[2]}`, where] as const]
    }),
  )
}

/** `configurations for orders: valid values for status: […]`, by table and column. */
function readSettings(content: Node, collector: Collector): Map<string, Node> {
  const settings = new Map<string, Node>()
  for (const [key, value] of Object.entries(content)) {
    const table = /^configurations for\s+(.+?)$/.exec(key)?.[1]
    if (table === undefined) continue
    for (const [line, given] of Object.entries(asObject(value) ?? {})) {
      const named = /^(valid|invalid|missing)\s+(.+?)\s+for\s+(.+)$/.exec(line)
      const place = `${table} ${named?.[3] ?? ''}`
      if (named === null) collector.skip(key, line, 'Atlas does not know this setting')
      else settings.set(place, { ...settings.get(place), [`${named[1]} ${named[2]}`]: given })
    }
  }
  return settings
}

interface File {
  filters: Map<string, string>
  /** What is valid and missing in a column, by `table column`. */
  settings: Map<string, Node>
  collector: Collector
}

function readTable(name: string, filter: string | undefined, checks: unknown, at: string, file: File): void {
  const { filters, settings, collector } = file
  const dataset = collector.dataset(unquoted(name))
  const where = filter === undefined ? undefined : filters.get(`${name} ${filter}`)
  if (filter !== undefined && (where === undefined || isTemplate(where))) {
    const why = where === undefined ? 'the filter is not in this file' : 'its parameters are filled in elsewhere'
    return collector.skip(at, `filter ${filter}`, `${why}; none of its checks is carried over`)
  }
  const settingsOf = (column: string): Node => settings.get(`${name} ${column}`) ?? {}
  checkItems(checks).forEach((item, index) => readCheck(item, `${at}[${index}]`, dataset, where, collector, settingsOf))
}

function readForEach(content: Node | null, at: string, collector: Collector): void {
  const names = asNames(content?.['datasets'] ?? content?.['tables'])
  if (names.length === 0) collector.skip(at, at, 'it names no datasets')
  const plain = names.filter((name) => !/[%*]/.test(name) && !/^exclude\b/.test(name))
  for (const name of names.filter((other) => !plain.includes(other)))
    collector.skip(`${at}.datasets`, name, 'a dataset must be named in full')
  for (const name of plain)
    checkItems(content?.['checks']).forEach((item, index) =>
      readCheck(item, `${at}.checks[${index}]`, collector.dataset(name.replace(/^include\s+/, '')), undefined, collector),
    )
}

/** Checks as a list; those of a mapping, which lacks its dashes, are taken one by one. */
function checkItems(checks: unknown): unknown[] {
  const node = asObject(checks)
  return node === null ? asList(checks) : Object.entries(node).map(([key, value]) => ({ [key]: value }))
}

function readCheck(
  item: unknown,
  where: string,
  dataset: string,
  tableFilter: string | undefined,
  collector: Collector,
  settingsOf: (column: string) => Node = () => ({}),
): void {
  const node = asObject(item)
  const text = typeof item === 'string' ? item : Object.keys(node ?? {})[0]
  if (text === undefined) return collector.skip(where, 'check', 'it is empty')
  for (const key of Object.keys(node ?? {}).slice(1)) collector.skip(where, key, 'it stands beside the check and not under it: indent it')
  const [column = ''] = asNames(/\(([^()]*)\)/.exec(text)?.[1] ?? '')
  const given = { ...settingsOf(column), ...spaced(asObject(node?.[text]) ?? {}) }
  const filters = [tableFilter, asText(given['filter'])].flatMap((filter) => filter ?? [])
  if (filters.some(isTemplate) || isTemplate(text)) return collector.skip(where, text, 'it has parameters that are filled in elsewhere')
  const drafts = draftsOf(text.trim(), given, node?.[text], collector, where)
  if (typeof drafts === 'string') return collector.skip(where, text, drafts)
  tellUnknown(text, given, where, collector)
  const shared = { ...allOf(filters), ...aboutCheck(given) }
  const id = drafts.length === 1 ? idOf(given['identity']) : {}
  for (const draft of drafts) collector.add(dataset, where, { ...id, ...shared, ...draft })
}

const known = new Set(['filter', 'warn', 'fail'])

/** Keys that nobody reads; those of metrics of their own begin with the metric. */
function tellUnknown(text: string, given: Node, where: string, collector: Collector): void {
  const own = text.startsWith('failed rows') ? new Set(['filter', 'fail condition', 'fail query', 'fail sql']) : known
  const metric = /^[\w-]+/.exec(text)?.[0] ?? ''
  for (const key of unknownKeys(given, own))
    if (!new RegExp(`^${metric.replaceAll('_', '[ _]')} (expression|query|sql)$`).test(key))
      collector.skip(where, `${text}: ${key}`, UNKNOWN_KEY)
}

function draftsOf(text: string, given: Node, body: unknown, collector: Collector, where: string): RuleDraft[] | string {
  if (text === 'schema') return sodaSchema(given, (what, why) => collector.skip(where, what, why))
  if (text.startsWith('failed rows')) return failedRows(given, collector)
  if (/^(anomaly|distribution|distribution_difference|change|automated|group|reconciliation|discover|profile|sample)\b/.test(text))
    return unknownKind(text)
  const exists = /^values in \(?(.+?)\)? must (not )?exist in\s+(\S+)\s*\((.+)\)$/.exec(text)
  if (exists !== null) return reference(exists, collector)
  const same = /^row_count same as\s+(\S+)(?:\s+in\s+(\S+))?$/.exec(text)
  if (same !== null) return sameRows(same, collector)
  const read = /^([a-z_]+)(?:\s*\(([^()]*)\))?\s*(.*)$/i.exec(text)
  if (read === null) return 'it is no check that Atlas knows'
  const limits = limitsOf(read[1]!.toLowerCase(), read[3]!.replace(/:$/, ''), given, read[1]!.endsWith('_percent'))
  if (read[1] === 'freshness') return freshness(read[2], read[3]!, given)
  if (limits === null) return 'its threshold is no plain comparison'
  return metric(read[1]!.toLowerCase(), asNames(read[2] ?? ''), limits, { given, body, collector, where })
}

function unknownKind(text: string): string {
  if (/^(anomaly|automated)/.test(text)) return 'Atlas watches every metric for anomalies by itself; there is no rule for it'
  if (text.startsWith('distribution')) return 'its reference stands in another file; write it as drift against a dataset'
  if (text.startsWith('change')) return 'Atlas compares with the snapshot before by row-count-change only'
  return 'Atlas has no check of this kind'
}

/** `> 5` beside the metric, or `warn:` and `fail:` with what is bad. Null where one cannot be read. */
function limitsOf(name: string, inline: string, given: Node, isPercent: boolean): Limit[] | null {
  const good = readComparison(inline)
  if (good?.percent === true && !/^(missing|invalid|duplicate)/.test(name)) return null
  // What is bad here is a few failing rows, while many of them are good.
  if (
    inline !== '' &&
    good !== null &&
    /_(count|percent)$/.test(name) &&
    name !== 'row_count' &&
    'outside' in good.condition &&
    good.condition.outside.min !== 0
  )
    return null
  if (inline !== '')
    return good === null ? null : [{ condition: good.condition, unit: isPercent || good.percent ? 'percent' : 'rows', warns: false }]
  const limits = (['warn', 'fail'] as const).flatMap((level) => asList(given[level]).map((text) => ({ level, text: asText(text) ?? '' })))
  const read = limits.map(({ level, text }): Limit | null => {
    const bad = readComparison(text.replace(/^when\s+/, ''))
    return bad === null
      ? null
      : { condition: negated(bad.condition), unit: isPercent || bad.percent ? 'percent' : 'rows', warns: level === 'warn' }
  })
  return read.every((limit) => limit !== null) ? read : null
}

interface At {
  given: Node
  body: unknown
  collector: Collector
  where: string
}

function metric(name: string, columns: string[], limits: Limit[], { given, body, collector, where }: At): RuleDraft[] | string {
  const [column] = columns
  if (name === 'row_count') return onFigure('row-count', {}, limits, false)
  const tell = (notes: readonly (readonly [string, string])[]): void => notes.forEach(([what, why]) => collector.skip(where, what, why))
  if (name.startsWith('duplicate_')) {
    tell([...duplicatesApart(name, limits), ...limitsApart(name, limits)])
    return onDuplicates(columns, limits)
  }
  if (column === undefined) return userDefined(name, limits, asObject(body), collector)
  if (/^missing(_count|_percent)?$/.test(name)) {
    const { rules, wrong } = missingRules(column, given)
    tell([...wrong, ...limitsApart(name, limits)])
    return onMissing(column, rules, limits)
  }
  if (/^invalid(_count|_percent)?$/.test(name)) {
    const { rules, wrong } = validRules(column, given, (table) => otherDataset(table, collector.options))
    tell([...wrong, ...eachApart(name, rules, limits), ...limitsApart(name, limits)])
    if (rules.length === 0) return wrong.length > 0 ? [] : 'it says nothing about what is valid'
    return onRows(rules, limits) ?? 'Atlas has no check that invalid values must be there'
  }
  const figure = own(sodaFigures, name)
  if (figure === undefined) return userDefined(name, limits, asObject(body), collector)
  const share = name === 'percentile' ? { percentile: Math.round(Number(columns[1]) * 100 * 1e9) / 1e9 } : {}
  return onFigure('aggregate', { column, metric: figure, ...share }, limits, true)
}

/** `avg_order_span between 5 and 10:` with `avg_order_span expression:` or `… query:`. */
function userDefined(name: string, limits: Limit[], body: Node | null, { options }: Collector): RuleDraft[] | string {
  const entry = Object.entries(body ?? {}).find(([key]) => key === `${name} expression` || key === `${name} query` || key === `${name} sql`)
  const sql = asText(entry?.[1])
  if (entry === undefined || sql === null) return 'Atlas has no metric of this name'
  const drafts = customSql(entry[0].endsWith('expression') ? `select ${sql} from rows` : sql, options)
  return typeof drafts === 'string' ? drafts : onFigure('custom-sql', { ...drafts[0]!.options, metric: true }, limits, true)
}

const HOURS: Record<string, number> = { d: 24, h: 1, m: 1 / 60, s: 1 / 3600 }

/** `< 3d`, `< 1d6h`, and `warn: when > 6h`. */
function freshness(column: string | undefined, inline: string, given: Node): RuleDraft[] | string {
  const [name, now] = asNames(column ?? '')
  if (name === undefined) return 'it names no column'
  if (now !== undefined) return `its clock is the variable ${now}; Atlas measures ages by the present`
  const limits =
    inline.trim() === ''
      ? (['warn', 'fail'] as const).flatMap((level) => asList(given[level]).map((text) => [level, asText(text) ?? ''] as const))
      : [['fail', inline] as const]
  const drafts = limits.map(([level, text]): RuleDraft | null => {
    const hours = [...text.matchAll(/(\d+(?:\.\d+)?)\s*([dhms])/g)].reduce((sum, [, count, unit]) => sum + Number(count) * HOURS[unit!]!, 0)
    if (hours <= 0 || !/^\s*(when\s+)?[<>]/.test(text)) return null
    return {
      check: 'freshness',
      options: { column: name, maxAgeHours: hours, zone: 'UTC' },
      ...(level === 'warn' ? { severity: 'warning' as const } : {}),
    }
  })
  return drafts.length > 0 && drafts.every((draft) => draft !== null) ? drafts : 'its threshold is no age such as < 3d'
}

function failedRows(given: Node, { options }: Collector): RuleDraft[] | string {
  const condition = asText(given['fail condition'])
  const query = asText(given['fail query'])
  if (condition !== null && isTemplate(condition)) return 'its SQL has parameters that are filled in elsewhere'
  if (condition !== null) return [{ check: 'expression', options: { expression: `not (${condition})` } }]
  return query === null ? 'it has no fail condition or fail query' : customSql(query, options)
}

function reference([, here, not, table, there]: RegExpExecArray, { options }: Collector): RuleDraft[] | string {
  const dataset = otherDataset(unquoted(table!), options)
  if (not !== undefined) return 'Atlas has no check that values must not be in another dataset'
  if (dataset === null) return 'it names no other dataset'
  return [{ check: 'referential', options: { columns: asNames(here), dataset, references: asNames(there) } }]
}

function sameRows([, table, source]: RegExpExecArray, { options }: Collector): RuleDraft[] | string {
  const dataset = otherDataset(unquoted(table!), options)
  if (source !== undefined) return 'the other dataset is in another data source'
  return dataset === null ? 'it names no other dataset' : [{ check: 'row-count-match', options: { dataset } }]
}
