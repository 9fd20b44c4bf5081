import { glob, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Transaction } from 'kysely'
import type { Run } from '../../contract/runs.ts'
import { AtlasError } from '../../core/errors.ts'
import { claimTriggers, noteProblem, type TriggerRow } from '../../store/event-triggers.ts'
import type { Schema } from '../../store/schema.ts'
import { forgetFiles, markFired, type SeenFile, seeFiles } from '../../store/trigger-files.ts'
import { cancelOlder, fireTrigger, type TriggerOptions } from './fire-trigger.ts'

const MOST_FILES = 100_000
/** A file that is gone so long and comes back as it was has arrived again. */
const FORGET_MS = 30 * 86_400_000

/**
 * Looks at the files of every trigger that watches some, and fires for each version of a file that has stayed as it is for long enough: once, the oldest
 * first. What was seen is stored, so that a restart neither repeats nor forgets one.
 * @returns the runs queued
 */
export async function watchFiles(options: TriggerOptions): Promise<Run[]> {
  const { db } = options
  const any = await db
    .selectFrom('event_triggers')
    .select('id')
    .where('kind', '=', 'file')
    .where('paused', '=', false)
    .limit(1)
    .executeTakeFirst()
  if (any === undefined) return []
  const older: string[] = []
  const runs = await options.whileSealing(() =>
    db.transaction().execute(async (transaction) => {
      const queued: Run[] = []
      for (const trigger of await claimTriggers(transaction, 'file')) {
        if (trigger.home_id !== null && options.homeId !== undefined && trigger.home_id !== options.homeId) continue
        queued.push(...(await watchOne(transaction, trigger, options, older)))
      }
      return queued
    }),
  )
  for (const run of runs) options.onQueued(run)
  await cancelOlder(options, older, 'an event')
  return runs
}

async function watchOne(db: Transaction<Schema>, trigger: TriggerRow, options: TriggerOptions, older: string[]): Promise<Run[]> {
  if (trigger.event.kind !== 'file') return []
  const { path: where, stableSeconds } = trigger.event
  const now = options.now()
  let found: SeenFile[]
  try {
    found = await listFiles(where)
  } catch (error) {
    if (!(error instanceof AtlasError)) throw error
    await noteProblem(db, trigger.id, error.message)
    return []
  }
  await noteProblem(db, trigger.id, null)
  const arrived = await seeFiles(db, trigger.id, found, now, stableSeconds * 1000)
  await forgetFiles(db, trigger.id, new Date(now.getTime() - FORGET_MS), found)
  const runs: Run[] = []
  for (const file of arrived) {
    const key = `${file.path} ${file.size} ${file.modifiedMs}`
    const fired = await fireTrigger(db, trigger, { key, by: trigger.created_by, cause: { file: file.path } }, options)
    await markFired(db, trigger.id, file.path)
    if (fired?.run != null) runs.push(fired.run)
    older.push(...(fired?.older ?? []))
  }
  return runs
}

/**
 * The files that a folder or glob holds now.
 * @throws AtlasError `trigger.bad_path` when the path is not absolute, cannot be read, or holds too many
 */
export async function listFiles(where: string): Promise<SeenFile[]> {
  if (!path.isAbsolute(where)) throw new AtlasError('trigger.bad_path', `The path "${where}" to watch is not absolute.`)
  const isGlob = /[*?[{]/.test(where)
  const found = isGlob ? null : await stat(where).catch(() => null)
  if (!isGlob && found === null) throw new AtlasError('trigger.bad_path', `${where} is not there, or this server may not read it.`)
  const files: SeenFile[] = []
  for await (const name of glob(isGlob || !found?.isDirectory() ? where : path.join(where, '*'))) {
    // One that is being replaced may be gone again; one that a program hides while it writes has not arrived.
    const state = path.basename(name).startsWith('.') ? null : await stat(name).catch(() => null)
    if (state?.isFile() !== true) continue
    files.push({ path: name, size: state.size, modifiedMs: Math.trunc(state.mtimeMs) })
    if (files.length > MOST_FILES) throw new AtlasError('trigger.bad_path', `${where} holds more than ${MOST_FILES} files, the limit.`)
  }
  return files
}
