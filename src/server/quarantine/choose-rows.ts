import type { QuarantineSelection } from '../../contract/quarantine.ts'
import { AtlasError } from '../../core/errors.ts'
import { sql } from '../../core/sql.ts'
import { type ChosenRows, type RowRange, toRanges } from '../../store/quarantine-marks.ts'
import type { Platform } from '../platform.ts'
import { conditionOf, type QuarantineScan, scanQuarantine } from './quarantine-scan.ts'

export interface Choice {
  scan: QuarantineScan
  chosen: ChosenRows
  rows: number
}

/**
 * The rows that a selection names or matches, as ranges by batch.
 * @throws AtlasError `quarantine.not_found` for a row that is not there, `quarantine.taken` for one that is not open, `dataset.not_found`
 */
export async function chooseRows(
  platform: Pick<Platform, 'db' | 'lake'>,
  selection: QuarantineSelection,
  signal: AbortSignal,
): Promise<Choice> {
  const scan = await scanQuarantine(platform, selection.dataset)
  const chosen =
    selection.rows === undefined ? await matching(platform, scan, selection, signal) : named(scan, selection.dataset, selection.rows)
  const rows = [...chosen.values()].flat().reduce((sum, range) => sum + range.to - range.from, 0)
  if (rows === 0) throw new AtlasError('quarantine.not_found', `No open row in the quarantine of ${selection.dataset} matches.`)
  return { scan, chosen, rows }
}

function named(scan: QuarantineScan, dataset: string, rows: NonNullable<QuarantineSelection['rows']>): ChosenRows {
  const known = new Map(scan.batches.map((batch) => [batch.id, batch.rows]))
  const missing = rows.find(({ batch, row }) => row > (known.get(batch) ?? 0))
  if (missing !== undefined)
    throw new AtlasError('quarantine.not_found', `The quarantine of ${dataset} has no row ${missing.row} in ${missing.batch}.`)
  const byBatch = Map.groupBy(rows, ({ batch }) => batch)
  return new Map([...byBatch].map(([batch, mine]) => [batch, toRanges(mine.map(({ row }) => row))]))
}

/** Rows that follow each other are one range, so that a whole batch is one, however large. */
async function matching(
  { lake }: Pick<Platform, 'lake'>,
  scan: QuarantineScan,
  { filter = {} }: QuarantineSelection,
  signal: AbortSignal,
): Promise<ChosenRows> {
  const open = sql`select batch, "number", "number" - row_number() over (partition by batch order by "number") as island
    from ${scan.rows} where ${conditionOf({ ...filter, state: 'open' })}`
  const query = sql`select batch, min("number")::bigint as "from", max("number")::bigint + 1 as "to" from (${open}) group by batch, island order by batch, "from"`
  const found = await lake.session((session) => session.rows(query), signal)
  const chosen = new Map<string, RowRange[]>()
  for (const row of found) {
    const batch = String(row['batch'])
    chosen.set(batch, [...(chosen.get(batch) ?? []), { from: Number(row['from']), to: Number(row['to']) }])
  }
  return chosen
}
