import path from 'node:path'
import { list, sql, type Sql } from '../../core/sql.ts'
import { NO_FILE, type ReadResult } from '../connector.ts'
import { stageFile } from './land-file.ts'
import { type IncrementalPlan, planIncremental } from './plan-incremental.ts'
import { copyToFiles, withSession } from './read-files.ts'
import { landAll, result, type StreamRead } from './read-full.ts'
import { copyStatement, streamColumns } from './relation.ts'
import { createTally, type Tally } from './tally.ts'

/**
 * Reads what is new by the cursor, and again what earlier runs may have read only in part: rows that share the last value, the look back, rows that became visible
 * late, rows without a cursor. Those are compared with explore before they land, so nothing is lost or doubled, with or without a key.
 */
export async function readIncremental(read: StreamRead): Promise<ReadResult> {
  const { reader, settings, request, landing } = read
  const plan = await withSession(reader, (reading) => planIncremental(reading, settings, request, landing.state))
  for (const warning of plan.warnings) reader.context.log('warn', warning)
  const tally = createTally(reader.context, null)
  const again = await stageAgain(read, plan)
  if (plan.fresh !== null) await landAll(read, { ...plan.relation, where: [...plan.relation.where, ...plan.fresh] }, tally, false)
  else if (landing.resumed !== null) await landing.startOver()
  const seen = again === null ? 0 : await landAgain(read, plan, again, tally)
  const whole = result(plan.relation, tally, plan.state, plan.warnings)
  const reached = (plan.state as { cursor?: string | null } | null)?.cursor ?? null
  return {
    ...whole,
    bytesRead: tally.bytes + (again?.bytes ?? 0),
    counted: { rows: tally.counted + (again?.counted ?? 0), read: tally.rows + seen, tolerance: 0 },
    reached,
  }
}

interface Staged {
  files: string[]
  refused: Sql[]
  counted: number
  bytes: number
}

/** Brings rows that may be there already into Parquet files of this read's own. */
async function stageAgain({ reader, landing }: StreamRead, plan: IncrementalPlan): Promise<Staged | null> {
  const { again, relation } = plan
  if (again === null) return null
  return withSession(reader, async (reading) => {
    const staged: Staged = { files: [], refused: [], counted: 0, bytes: 0 }
    const load = async (file: Parameters<typeof stageFile>[0]) => {
      const target = path.join(reader.context.scratch, `${path.basename(file.path)}.parquet`)
      const { refused } = await stageFile(file, relation.columns, landing, target)
      staged.files.push(target)
      if (refused !== null) staged.refused.push(refused)
    }
    const options = { scratch: reader.context.scratch, load }
    const { rows, bytes } = await copyToFiles(reading, copyStatement(relation, again.conditions), options, () => undefined)
    return { ...staged, counted: rows, bytes }
  })
}

/** @returns rows that were there already */
async function landAgain(
  { landing }: StreamRead,
  { again, cursor, relation }: IncrementalPlan,
  staged: Staged,
  tally: Tally,
): Promise<number> {
  if (again === null || staged.files.length === 0) return 0
  let refused = 0
  for (const query of staged.refused) refused += (await landing.quarantine(query)).rows
  const { rows, seen } = await landing.writeUnseen(
    sql`select * from read_parquet(${list(staged.files)})`,
    streamColumns(relation.columns),
    NO_FILE,
    cursor.overlap(again.low, again.high, again.absent),
  )
  tally.landed({ landed: rows, refused }, 0)
  return seen
}
