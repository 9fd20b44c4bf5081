import { AtlasError } from '../../core/errors.ts'
import { expectations } from './expectations.ts'
import { createCollector, type Collector, type Imported, type ImportOptions } from './imported.ts'
import { asList, asNumber, asObject, asText, idOf, own } from './read-value.ts'
import { nullNote } from './null-note.ts'
import { rowCondition } from './row-condition.ts'
import { refuseNul } from './refuse-nul.ts'
import { repeatedKeys } from './read-yaml-text.ts'
import { UNREAD, watchReads } from './watch-reads.ts'

/**
 * Reads a suite of Great Expectations, as the versions from 0.11 to 1.x save it, or a list of suites.
 * @throws AtlasError `quality.import_unreadable` where the text is no JSON
 */
export function importGreatExpectations(text: string, file: string, options: ImportOptions): Imported {
  const collector = createCollector(options)
  const content = parseJson(text, file)
  for (const { where, what, why } of repeatedKeys(text)) collector.skip(where, what, why)
  refuseNul(content, file)
  const suites =
    Array.isArray(content) && content.some((item) => asObject(item)?.['expectations'] !== undefined) ? asList(content) : [content]
  for (const [index, suite] of suites.entries()) readSuite(suite, suites.length === 1 ? '' : `[${index}].`, file, collector)
  return collector.finish()
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new AtlasError('quality.import_unreadable', `${file} is no JSON: ${(error as Error).message}.`, { cause: error })
  }
}

function readSuite(content: unknown, at: string, file: string, collector: Collector): void {
  const suite = asObject(content) ?? { expectations: content }
  const meta = asObject(suite['meta'])
  const dataset = collector.dataset(nameOf(suite, meta, file), { description: asText(meta?.['notes']) })
  const listed = suite['expectations']
  if (!Array.isArray(listed)) return collector.skip(`${at}expectations`, 'suite', 'it has no list of expectations')
  for (const [index, item] of listed.entries()) readExpectation(item, `${at}expectations[${index}]`, dataset, collector)
}

/** The table that the suite is about: what its meta says, else its own name, which often ends in `.warning` or `_suite`. */
function nameOf(suite: Record<string, unknown>, meta: Record<string, unknown> | null, file: string): string {
  const request = asObject(asObject(asList(meta?.['citations'])[0])?.['batch_request']) ?? asObject(meta?.['batch_request'])
  const asset = asText(request?.['data_asset_name']) ?? asText(suite['data_asset_name'])
  if (asset !== null) return asset
  const name = asText(suite['name']) ?? asText(suite['expectation_suite_name']) ?? file.replace(/^.*\//, '').replace(/\.json$/, '')
  const plain = name
    .replace(/[._-](warning|critical|failure|default|demo|basic)$/i, '')
    .replace(/[._ -]*(expectations?)?[._ -]*suite$/i, '')
  return plain.replace(/[._ -]*expectations?$/i, '') || name
}

function readExpectation(content: unknown, where: string, dataset: string, collector: Collector): void {
  const item = asObject(content)
  const type = asText(item?.['expectation_type']) ?? asText(item?.['type'])
  if (item === null || type === null) return collector.skip(where, 'expectation', 'it names no type')
  const name = snakeCase(type)
  const known = own(expectations, name)
  if (known === undefined) return collector.skip(where, type, 'Atlas has no check for this expectation')
  // In code, what stands in kwargs stands beside the type.
  const kwargs = asObject(item['kwargs']) ?? item
  const watched = watchReads(kwargs)
  const drafts = known(watched.args, collector.options)
  if (typeof drafts === 'string') return collector.skip(where, type, drafts)
  for (const key of watched.unread()) collector.skip(where, `${type}: ${key}`, UNREAD)
  if (kwargs !== item) for (const key of Object.keys(item)) if (!ofItem.has(key)) collector.skip(where, `${type}: ${key}`, UNREAD)
  const missing = nullNote(name, kwargs)
  if (missing !== null) collector.skip(where, `${type}: rows with a missing value`, missing)
  const shared = readShared(item, kwargs, where, collector)
  if (shared === null) return
  const id = asText(asObject(item['meta'])?.['id']) ?? null
  const { fail, ...others } = shared
  if (fail !== undefined && drafts.some(({ check }) => aboutTheTable.has(check)))
    collector.skip(where, `${type}: mostly`, 'the rule is about the table or a figure of it, so no share of rows can fail it')
  drafts.forEach((draft) => {
    const limit = fail === undefined || aboutTheTable.has(draft.check) ? {} : { fail }
    collector.add(dataset, where, { ...others, ...limit, ...(drafts.length === 1 ? idOf(id) : {}), ...draft })
  })
}

/** Keys beside the arguments that say nothing about which rows fail, or are read below. */
const ofItem = new Set(
  `type expectation_type kwargs meta id notes description severity rendered_content expectation_context ge_cloud_id
  success_on_last_run batch_id catch_exceptions result_format`.split(/\s+/),
)

const aboutTheTable = new Set(
  ['aggregate', 'schema', 'column-set', 'column-count', 'row-count', 'row-count-match', 'most-common', 'contains-values', 'drift'].concat(
    'aggregate-comparison',
  ),
)

/** `ExpectColumnValuesToNotBeNull` is the same as `expect_column_values_to_not_be_null`. */
function snakeCase(type: string): string {
  return type
    .replaceAll(/(?<=[a-z0-9])([A-Z])/g, '_$1')
    .replaceAll(/([A-Z])(?=[A-Z][a-z])/g, '$1_')
    .toLowerCase()
}

/** Rows it is about, how many may fail, how much it matters. Null where it cannot be carried over at all, which is then told. */
function readShared(item: Record<string, unknown>, kwargs: Record<string, unknown>, where: string, collector: Collector) {
  const condition = rowCondition(kwargs['row_condition'])
  if (condition === null) {
    collector.skip(where, 'row_condition', `the condition "${JSON.stringify(kwargs['row_condition'])}" is no plain comparison of columns`)
    return null
  }
  const mostly = asNumber(kwargs['mostly'])
  if (mostly === null && kwargs['mostly'] != null) {
    collector.skip(where, `mostly: ${JSON.stringify(kwargs['mostly'])}`, 'it is filled in elsewhere, and without it no row may fail')
    return null
  }
  const failing = mostly === null || mostly >= 1 ? null : Math.round((1 - mostly) * 100 * 1e9) / 1e9
  const description = asText(item['description']) ?? textOf(asObject(item['meta'])?.['notes']) ?? textOf(item['notes'])
  const severity = asText(item['severity']) ?? asText(kwargs['severity'])
  return {
    ...(condition === '' ? {} : { where: condition }),
    ...(failing === null ? {} : { fail: { percent: failing } }),
    ...(description === null ? {} : { description: description.slice(0, 2000) }),
    ...(severity === null ? {} : { severity: severityOf(severity) }),
  }
}

/** Notes as they are kept: a text, lines, or either of them as `content`. */
function textOf(notes: unknown): string | null {
  const lines = asList(asObject(notes)?.['content'] ?? notes).flatMap((line) => asText(line) ?? [])
  return lines.length === 0 ? null : lines.join('\n')
}

function severityOf(severity: string): 'info' | 'warning' | 'error' | 'critical' {
  const word = severity.toLowerCase()
  return word === 'info' || word === 'warning' || word === 'critical' ? word : 'error'
}
