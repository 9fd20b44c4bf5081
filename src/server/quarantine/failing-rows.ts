import type { Caller } from '../../access/caller.ts'
import type { FailingRows } from '../../contract/quarantine.ts'
import { AtlasError } from '../../core/errors.ts'
import { normaliseName } from '../../core/names.ts'
import { id, join, sql } from '../../core/sql.ts'
import type { CheckRule } from '../../contract/quality.ts'
import { run, wrapQuery } from '../../pipeline/measuring/answer-query.ts'
import { datasetRules } from '../../pipeline/measuring/dataset-rules.ts'
import { planFailingRows } from '../../pipeline/measuring/failing-rows.ts'
import { type Measurement, prepareMeasurement } from '../../pipeline/measuring/prepare-measurement.ts'
import { type PlannedRule, planRules } from '../../quality/plan-rules.ts'
import { type PinnedSnapshot, snapshotName } from '../../store/snapshots.ts'
import type { Platform } from '../platform.ts'
import { isRaw, withheldFrom } from '../raw-access.ts'
import { enabledRules, measuringOf } from '../rules/measure-rules.ts'
import { publishedDataset } from '../rules/published-dataset.ts'
import { withinTimeLimit } from '../rules/time-limit.ts'

interface Wanted {
  rule: string
  limit: number
  caller: Caller
  signal: AbortSignal
}

/**
 * The first rows of a snapshot that break a rule, computed anew from its files, so that nothing is stored twice.
 * @throws AtlasError `quality.rule_not_found`, `sql.time_limit`
 */
export async function readFailingRows(platform: Platform, pinned: PinnedSnapshot, wanted: Wanted): Promise<FailingRows> {
  return withinTimeLimit(platform, `Reading the failing rows of ${pinned.name}`, wanted.signal, (signal) =>
    readInTime(platform, pinned, { ...wanted, signal }),
  )
}

async function readInTime(platform: Platform, pinned: PinnedSnapshot, wanted: Wanted): Promise<FailingRows> {
  const failing = await failingOf(platform, pinned.snapshotId, wanted.rule)
  const nothing = {
    rule: wanted.rule,
    snapshotId: snapshotName(pinned.snapshotId),
    columns: [],
    keys: [],
    rows: [],
    failing,
    message: null,
  }
  if (isRaw(pinned.name)) return { ...nothing, message: 'Explore holds data as it came; its rows are not shown here.' }
  const dataset = await publishedDataset(platform.db, pinned)
  const keys = pinned.keys.length > 0 ? pinned.keys : [...dataset.keys]
  const rules = await rulesOf(platform, pinned)
  const withheld = await withheldFrom(platform, wanted.caller, pinned)
  return platform.lake.session(async (session) => {
    const environment = measuringOf(platform)
    const mine = rules.filter((rule) => rule.id === wanted.rule)
    const measurement = await prepareMeasurement(environment, session, { ...dataset, keys, relation: null }, mine, wanted.signal)
    const planned = await planRules(measurement.prepared.rules, { ...measurement.facts, keys }, measurement.scope)
    const rule = planned.find((candidate) => candidate.rule === wanted.rule)
    if (rule === undefined) throw new AtlasError('quality.rule_not_found', `${pinned.name} has no rule ${wanted.rule} that is turned on.`)
    if (rule.plan.kind === 'answered') {
      const rows = await queriedRows(measurement, pinned, wanted, withheld.size > 0)
      return { ...nothing, ...rows }
    }
    const plan = await planFailingRows(session, sql`(${platform.lake.scan(pinned)})`, pinned.columns, keys, rule)
    if ('message' in plan) return { ...nothing, keys, message: plan.message }
    const columns = columnsOf(pinned, keys, rule).map((column) => ({ ...column, withheld: withheld.has(column.name) }))
    const cells = columns.map((column) => (column.withheld ? sql`null as ${id(column.name)}` : id(column.name)))
    const rows = await session.textRows(sql`select ${join(cells)} from (${plan.rows} limit ${wanted.limit})`)
    return { ...nothing, columns, keys, rows }
  }, wanted.signal)
}

/** The rules as the snapshot's run had them, with those of today's contract and browser. */
async function rulesOf(platform: Platform, pinned: PinnedSnapshot) {
  const run = await platform.db
    .selectFrom('runs')
    .select('definition')
    .where('id', '=', pinned.runId ?? '')
    .executeTakeFirst()
  if (run === undefined) return enabledRules(platform, pinned.name)
  const [layer, table] = pinned.name.split('.')
  const { streams, transforms } = run.definition
  const ofStream = streams.find((stream) => (stream.dataset ?? normaliseName(stream.name)) === table)?.checks
  const ofTransform = transforms.find((transform) => transform.name === table)?.checks
  // Navigate as chart is has chart's results.
  const own: CheckRule[] = (layer === 'navigate' ? (ofTransform ?? ofStream) : ofStream) ?? []
  return (await datasetRules(platform.db, pinned.name, own)).rules
}

/** Columns that identify the row first, then those that the rule looks at. */
function columnsOf({ columns }: PinnedSnapshot, keys: readonly string[], rule: PlannedRule): { name: string; type: string }[] {
  const place = (name: string): number => (keys.includes(name) ? 0 : rule.looksAt.includes(name) ? 1 : 2)
  return columns.map(({ name, type }) => ({ name, type })).toSorted((one, other) => place(one.name) - place(other.name))
}

async function queriedRows(
  { prepared, place }: Measurement,
  pinned: PinnedSnapshot,
  { rule, limit }: Wanted,
  hasWithheld: boolean,
): Promise<Pick<FailingRows, 'columns' | 'rows' | 'message'>> {
  const query = prepared.queries.get(rule)
  if (query === undefined || query.isMetric)
    return { columns: [], rows: [], message: 'The query measures a number; no single row breaks it.' }
  // A query may show a cell under any name.
  if (hasWithheld) return { columns: [], rows: [], message: 'The rows hold personal data that you may not see.' }
  const relations = new Map([...place.relations, [pinned.name, pinned]])
  try {
    const answer = await run({ ...place, relations }, wrapQuery(pinned.name, query, sql`select *`), limit)
    const columns = answer.columns.map(({ name, type }) => ({ name, type, withheld: false }))
    return { columns, rows: answer.rows.map((row) => row.map((cell) => (cell === null ? null : String(cell)))), message: null }
  } catch (error) {
    if (error instanceof AtlasError && error.code.startsWith('sql.')) return { columns: [], rows: [], message: error.message }
    throw error
  }
}

async function failingOf({ db }: Platform, snapshotId: number, rule: string): Promise<number | null> {
  const rows = await db.selectFrom('check_results').select('result').where('snapshot_id', '=', snapshotId).execute()
  return rows.find(({ result }) => result.rule === rule)?.result.failing ?? null
}
