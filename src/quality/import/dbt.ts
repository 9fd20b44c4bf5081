import { dbtTest } from './dbt-tests.ts'
import { readTestConfig } from './dbt-config.ts'
import { createCollector, type Collector, type Imported, type ImportOptions } from './imported.ts'
import { otherDataset } from './expectations-table.ts'
import { asList, asObject, asText, idOf, isOff, isTemplate } from './read-value.ts'
import { nullNote } from './null-note.ts'
import { refuseNul } from './refuse-nul.ts'
import { readYamlText } from './read-yaml-text.ts'
import { UNREAD, watchReads } from './watch-reads.ts'
import { toColumnType } from './column-type.ts'

type Node = Record<string, unknown>

/** Keys that say nothing about quality. */
const silent = new Set([
  'name',
  'description',
  'columns',
  'tests',
  'data_tests',
  'config',
  'meta',
  'tags',
  'docs',
  'access',
  'group',
  'latest_version',
  'versions',
  'identifier',
  'alias',
  'quoting',
  'data_type',
  'quote',
  'version',
  'label',
  'time_spine',
  'deprecation_date',
  'external',
  'loader',
  'policy_tags',
  'granularity',
])

const noTests = ['unit_tests', 'exposures', 'metrics', 'semantic_models', 'saved_queries', 'macros', 'analyses', 'groups']
const ofFile = new Set([...noTests, 'version', 'models', 'seeds', 'snapshots', 'sources', 'tests', 'data_tests', 'anchors'])
const ofSource = new Set([
  ...[...silent].filter((key) => !['tests', 'data_tests', 'columns', 'versions'].includes(key)),
  'tables',
  'database',
  'schema',
  'freshness',
  'loaded_at_field',
  'loaded_at_query',
  'source_meta',
])

/**
 * Reads a dbt properties file (`schema.yml`): tests of models, seeds, snapshots and sources with their columns.
 * @throws AtlasError `quality.import_unreadable` where the text is no YAML
 */
export function importDbt(text: string, file: string, options: ImportOptions): Imported {
  const collector = createCollector(options)
  const { documents, repeated } = readYamlText(text, file)
  for (const { where, what, why } of repeated) collector.skip(where, what, why)
  refuseNul(documents.length === 1 ? documents[0] : documents, file)
  for (const document of documents) {
    const content = asObject(document)
    if (content !== null) readDocument(content, collector)
  }
  return collector.finish()
}

function readDocument(content: Node, collector: Collector): void {
  for (const kind of ['models', 'seeds', 'snapshots']) readTables(content[kind], kind, collector)
  asList(content['sources']).forEach((item, index) => {
    const source = asObject(item)
    if (source === null) return collector.skip(`sources[${index}]`, 'source', 'it is no source')
    if (isDisabled(source)) return collector.skip(`sources[${index}]`, asText(source['name']) ?? 'source', turnedOff)
    readTables(source['tables'], `sources[${index}].tables`, collector, source)
    tellUnknown(source, `sources[${index}]`, ofSource, collector)
  })
  asList(content['tests'] ?? content['data_tests']).forEach((item, index) => {
    const name = asText(asObject(item)?.['name']) ?? asText(item) ?? 'test'
    collector.skip(`tests[${index}]`, name, 'a singular test stands in an SQL file of its own; write it as custom-sql')
  })
  for (const key of noTests) if (asList(content[key]).length > 0) collector.skip(key, key, 'it is no test of data')
  tellUnknown(content, '', ofFile, collector)
}

/** Whether dbt leaves it out with all its tests, or only a variable says. */
function isDisabled(node: Node): boolean {
  const { enabled } = asObject(node['config']) ?? {}
  return isOff(enabled) || isTemplate(asText(enabled) ?? '')
}

const turnedOff = 'it is turned off, or only a variable says whether it is on; none of its tests is carried over'

function readTables(tables: unknown, at: string, collector: Collector, source: Node | null = null): void {
  asList(tables).forEach((item, index) => {
    const where = `${at}[${index}]`
    const table = asObject(item)
    const name = asText(table?.['name'])
    if (table === null || name === null) return collector.skip(where, 'table', 'it has no name')
    if (isDisabled(table)) return collector.skip(where, name, turnedOff)
    readTable(table, name, where, collector, source)
  })
}

function readTable(table: Node, name: string, where: string, collector: Collector, source: Node | null): void {
  const config = asObject(table['config'])
  const owner = asText(asObject(table['meta'])?.['owner']) ?? asText(asObject(config?.['meta'])?.['owner'])
  const dataset = collector.dataset(name, { description: table['description'], owner })
  readTests(table, where, { dataset, column: null }, collector)
  asList(table['columns']).forEach((item, index) => {
    const column = asObject(item)
    const columnName = asText(column?.['name'])
    if (column === null || columnName === null) return collector.skip(`${where}.columns[${index}]`, 'column', 'it has no name')
    readTests(column, `${where}.columns[${index}]`, { dataset, column: columnName }, collector)
    readConstraints(column, `${where}.columns[${index}]`, { dataset, column: columnName }, collector)
    tellUnknown(column, `${where}.columns[${index}]`, new Set([...silent, 'constraints']), collector)
  })
  asList(table['versions']).forEach((item, index) => tellVersion(item, `${where}.versions[${index}]`, collector))
  readConstraints(table, where, { dataset, column: null }, collector)
  if (asObject(config?.['contract'])?.['enforced'] === true) readEnforced(table, dataset, where, collector)
  readFreshness(table, source, dataset, where, collector)
  tellUnknown(table, where, new Set([...silent, 'constraints', 'freshness', 'loaded_at_field', 'loaded_at_query']), collector)
}

/** Atlas has one table where dbt has several versions of a model. */
function tellVersion(item: unknown, where: string, collector: Collector): void {
  const version = asObject(item) ?? {}
  const own = ['tests', 'data_tests', 'columns'].filter((key) => asList(version[key]).length > 0)
  if (own.length > 0)
    collector.skip(
      where,
      `version ${asText(version['v']) ?? '?'}: ${own.join(', ')}`,
      'the rules are those of the model, not of one version of it',
    )
}

interface Place {
  dataset: string
  column: string | null
}

function readTests(node: Node, where: string, place: Place, collector: Collector): void {
  for (const key of ['tests', 'data_tests'])
    asList(node[key]).forEach((item, index) => readTest(item, `${where}.${key}[${index}]`, place, collector))
}

function readTest(item: unknown, where: string, { dataset, column }: Place, collector: Collector): void {
  const { name, given } = nameAndArguments(item)
  if (name === null) return collector.skip(where, 'test', 'it has no name')
  const args: Node = { ...given, ...asObject(given['arguments']) }
  const config = readTestConfig({ ...args, ...asObject(given['config']) })
  if (typeof config === 'string') return collector.skip(where, name, config)
  for (const note of config.notes) collector.skip(where, `${name}: ${note.what}`, note.why)
  const watched = watchReads(column === null ? args : { column, ...args })
  const drafts = dbtTest(name, column, watched.args, collector.options)
  if (typeof drafts === 'string') return collector.skip(where, name, drafts)
  for (const key of watched.unread()) collector.skip(where, `${name}: ${key}`, UNREAD)
  const missing = nullNote(name, args)
  if (missing !== null) collector.skip(where, `${name}: rows with a missing value`, missing)
  const id = drafts.length === 1 ? idOf(given['name']) : {}
  const description = asText(given['description'])
  for (const draft of drafts)
    collector.add(dataset, where, {
      ...id,
      ...(description === null ? {} : { description: description.slice(0, 2000) }),
      ...draft,
      ...config.rule,
    })
}

/** `- unique`, `- accepted_values: {values: …}`, and `- name: …` with `test_name: accepted_values` beside it. */
function nameAndArguments(item: unknown): { name: string | null; given: Node } {
  if (typeof item === 'string') return { name: item, given: {} }
  const node = asObject(item)
  if (node === null) return { name: null, given: {} }
  const named = asText(node['test_name'])
  if (named !== null) return { name: named, given: node }
  const [name] = Object.keys(node).filter((key) => key !== 'config' && key !== 'description' && key !== 'name')
  if (name === undefined) return { name: null, given: {} }
  const { [name]: within, ...around } = node
  return { name, given: { ...around, ...asObject(within) } }
}

function readConstraints(node: Node, where: string, { dataset, column }: Place, collector: Collector): void {
  asList(node['constraints']).forEach((item, index) => {
    const at = `${where}.constraints[${index}]`
    const constraint = asObject(item)
    const type = asText(constraint?.['type'])
    const columns = column === null ? asList(constraint?.['columns']).flatMap((name) => asText(name) ?? []) : [column]
    const expression = asText(constraint?.['expression'])
    if (type === 'not_null') for (const name of columns) collector.add(dataset, at, { check: 'not-null', options: { column: name } })
    else if (type === 'unique' || type === 'primary_key') {
      if (columns.length > 0) collector.add(dataset, at, { check: 'unique', options: { columns } })
      if (type === 'primary_key') for (const name of columns) collector.add(dataset, at, { check: 'not-null', options: { column: name } })
    } else if (type === 'foreign_key' && constraint?.['to'] != null && columns.length > 0) {
      const references = asList(constraint['to_columns']).flatMap((name) => asText(name) ?? [])
      const other = otherDataset(constraint['to'], collector.options)
      if (other === null || references.length !== columns.length)
        collector.skip(at, type, 'it does not name one column there for each here')
      else collector.add(dataset, at, { check: 'referential', options: { columns, dataset: other, references } })
    } else if (type === 'check' && expression !== null) collector.add(dataset, at, { check: 'expression', options: { expression } })
    else collector.skip(at, type ?? 'constraint', 'Atlas has no check for this constraint')
  })
}

/** An enforced contract promises every column with its type. */
function readEnforced(table: Node, dataset: string, where: string, collector: Collector): void {
  const columns = asList(table['columns']).flatMap((item) => {
    const name = asText(asObject(item)?.['name'])
    const said = asText(asObject(item)?.['data_type'])
    const type = toColumnType(said ?? '')
    if (said !== null && type === null)
      collector.skip(`${where}.columns`, `${name ?? 'column'}: ${said}`, 'the type is none of Atlas; the column must be there')
    return name === null ? [] : [{ name, ...(type === null ? {} : { type }) }]
  })
  if (columns.length > 0) collector.add(dataset, `${where}.config.contract`, { check: 'schema', options: { columns } })
}

const HOURS: Record<string, number> = { minute: 1 / 60, hour: 1, day: 24, week: 168 }

function readFreshness(table: Node, source: Node | null, dataset: string, where: string, collector: Collector): void {
  const inherited = asObject(source?.['config'])?.['freshness'] ?? source?.['freshness']
  // Null turns off what the source says.
  const own = [table, asObject(table['config']) ?? {}].find((node) => 'freshness' in node)
  const freshness = asObject(own === undefined ? inherited : own['freshness'])
  if (freshness === null) return
  const at = `${where}.freshness`
  const field = asText(
    table['loaded_at_field'] ??
      asObject(table['config'])?.['loaded_at_field'] ??
      source?.['loaded_at_field'] ??
      asObject(source?.['config'])?.['loaded_at_field'],
  )
  const column = field === null ? undefined : /^["`]?([A-Za-z_]\w*)["`]?(?:::\s*\w+)?$/.exec(field.trim())?.[1]
  if (field !== null && column === undefined) return collector.skip(at, field, 'loaded_at_field is an expression and no column')
  const filter = asText(freshness['filter'])
  if (filter !== null && (isTemplate(filter) || column === undefined))
    return collector.skip(
      at,
      `freshness with the filter ${filter}`,
      'its filter has parameters that are filled in elsewhere, or it names no column',
    )
  tellUnknown(freshness, at, new Set(['error_after', 'warn_after', 'filter']), collector)
  for (const [key, severity] of [
    ['error_after', 'error'],
    ['warn_after', 'warning'],
  ] as const) {
    const limit = asObject(freshness[key])
    const hours = Number(limit?.['count']) * (HOURS[asText(limit?.['period']) ?? ''] ?? Number.NaN)
    if (limit === null) continue
    if (!(hours > 0)) collector.skip(`${at}.${key}`, key, 'it has no count and period')
    else
      collector.add(dataset, at, {
        check: 'load-freshness',
        severity,
        ...(filter === null ? {} : { where: filter }),
        options: { maxAgeHours: hours, ...(column === undefined ? {} : { column, zone: 'UTC' }) },
      })
  }
}

function tellUnknown(node: Node, where: string, known: ReadonlySet<string>, collector: Collector): void {
  for (const key of Object.keys(node))
    if (!known.has(key)) collector.skip(where === '' ? key : `${where}.${key}`, key, 'Atlas does not know this key')
}
