import path from 'node:path'
import { newId } from '../core/ids.ts'
import { raw, sql, type Sql } from '../core/sql.ts'
import type { LakeSession } from '../lake/lake.ts'
import { quarantineColumns } from '../lake/write-file.ts'
import type { QuarantineFile } from '../store/commit.ts'
import type { RunContext } from './run-context.ts'

/** Where a refused row was landed: the file of explore, by its path, and the row's number in it, from 1. Rows refused before that were landed nowhere. */
const landedColumns = raw('landed_file::varchar as landed_file, landed_row::bigint as landed_row')

/** Where refused rows are kept, below the lake folder. */
const FOLDER = 'quarantine'
const MAX_REASONS = 100

/** Absolute path of a batch. @param relative as the store has it */
export function quarantinePath(lakeFolder: string, relative: string): string {
  return path.join(lakeFolder, relative)
}

/**
 * Writes refused rows to a file of their own, durable, for repair and replay. Visible once the run ends.
 * @param query returns (file, line, column_name, reason, row), and (landed_file, landed_row) unless the stage is extract
 * @returns null when the query had no rows
 */
export async function writeQuarantine(
  context: RunContext,
  session: LakeSession,
  dataset: string,
  stage: QuarantineFile['stage'],
  query: Sql,
): Promise<QuarantineFile | null> {
  const { environment } = context
  const id = newId('q', environment.now().getTime(), environment.random)
  const relative = path.posix.join(FOLDER, dataset.replace('.', '/'), `${id}.parquet`)
  const { files } = environment.lake
  const absolute = await files.reserve(relative)
  const columns = stage === 'extract' ? quarantineColumns : sql`${quarantineColumns}, ${landedColumns}`
  try {
    const [stats] = await session.rows(
      sql`copy (select ${columns} from (${query})) to ${absolute} (format parquet, compression zstd, return_stats)`,
    )
    const rows = Number(stats?.['count'])
    if (rows === 0) {
      await files.remove(relative)
      return null
    }
    const reasons = await session.rows(
      sql`select reason, count(*)::bigint as n from read_parquet(${absolute}) group by reason order by n desc, reason limit ${MAX_REASONS}`,
    )
    const sealed = await files.publish(relative, session.signal)
    return {
      id,
      dataset,
      stage,
      path: relative,
      rows,
      ...sealed,
      reasons: reasons.map((row) => ({ reason: String(row['reason']), rows: Number(row['n']) })),
    }
  } catch (error) {
    await files.remove(relative)
    throw error
  }
}
