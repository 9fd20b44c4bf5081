import type { Kysely } from 'kysely'
import { sweepQualityStates } from '../store/quality-states.ts'
import { collectFiles, expireSnapshots } from '../store/retention.ts'
import type { LakeFiles } from '../lake/lake-files.ts'
import { removeOrphans } from '../lake/orphans.ts'
import { committedPaths } from '../store/committed-files.ts'
import { dropOldCheckpoints } from '../store/read-checkpoints.ts'
import type { Schema } from '../store/schema.ts'
import { thinOutRuns } from '../store/thin-out-runs.ts'

export interface HousekeepingOptions {
  db: Kysely<Schema>
  files: LakeFiles
  now(): Date
  orphanGraceMs: number
  retentionDays: number
  retentionSnapshots: number
  runDetailDays: number
  onError(error: unknown): void
}

const FIRST_MS = 5_000
const EVERY_MS = 10 * 60_000
const DAY_MS = 86_400_000
/** How far the clock of a store may be behind. */
const CLOCKS_APART_MS = 3_600_000
/** A read that was cut off is gone on with for so long. */
const CHECKPOINT_MS = 7 * DAY_MS

/** Lets old snapshots and details of old runs go, destroys the files that no snapshot names any more, and collects orphans: soon after start, then every ten minutes. */
export function startHousekeeping(options: HousekeepingOptions): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout
  let going: Promise<void> = Promise.resolve()
  const round = (): void => {
    going = keepHouse(options).then(
      () => undefined,
      (error: unknown) => options.onError(error),
    )
    timer = setTimeout(round, EVERY_MS).unref()
  }
  timer = setTimeout(round, FIRST_MS).unref()
  return {
    stop: () => {
      clearTimeout(timer)
      return going
    },
  }
}

/** One round of housekeeping. @returns what was let go */
export async function keepHouse(
  options: Omit<HousekeepingOptions, 'onError'>,
): Promise<{ expired: number; collected: number; orphans: string[]; thinned: number }> {
  const now = options.now()
  const expired = await expireSnapshots(options.db, { now, keepDays: options.retentionDays, keepLast: options.retentionSnapshots })
  const collected = await collectFiles(options.db, (path) => options.files.remove(path), { now, graceMs: options.orphanGraceMs })
  await sweepQualityStates(options.db)
  await dropOldCheckpoints(options.db, new Date(now.getTime() - CHECKPOINT_MS))
  const oldest = await oldestRunning(options.db)
  const graceEnd = now.getTime() - options.orphanGraceMs
  // A run under way has files that no commit names yet, however long it takes. A bucket dates them by a clock of its own.
  const olderThan = new Date(Math.min(graceEnd, oldest === null ? graceEnd : oldest.getTime() - CLOCKS_APART_MS))
  const orphans = await removeOrphans(options.files, { named: () => committedPaths(options.db), olderThan })
  const thinned = await thinOutRuns(options.db, new Date(now.getTime() - options.runDetailDays * DAY_MS))
  return { expired, collected, orphans, thinned }
}

async function oldestRunning(db: Kysely<Schema>): Promise<Date | null> {
  const row = await db
    .selectFrom('runs')
    .select('started_at')
    .where('state', '=', 'running')
    .orderBy('started_at')
    .limit(1)
    .executeTakeFirst()
  return row?.started_at ?? null
}
