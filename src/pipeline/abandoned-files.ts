import { emptyLanding } from './landing.ts'
import type { RunContext, StreamWork } from './run-context.ts'

/** Removes the files of a run that published nothing. What is missed here (a killed process) the orphan collection finds; what a
 * checkpoint names stays for the next run. */
export async function removeFiles(context: RunContext): Promise<void> {
  const named = await committedQuarantine(context)
  const files = context.streams.flatMap((work) => [
    ...work.landed.files.map((file) => file.path),
    ...(work.chart?.draft.files ?? []).flatMap((file) => ('new' in file ? [file.new.path] : [])),
    ...work.landed.quarantine.filter((batch) => !named.has(batch.id)).map((batch) => batch.path),
  ])
  const refused = context.refused.filter((batch) => !named.has(batch.id)).map((batch) => batch.path)
  const built = context.navigate.flatMap((dataset) => dataset.draft.files.flatMap((file) => ('new' in file ? [file.new.path] : [])))
  const abandoned = [...files, ...refused, ...built].filter((file) => !context.checkpointed.has(file))
  await removeAll(context, abandoned)
}

/** A blocked run keeps its refused rows: they are what a person must look at. */
async function committedQuarantine(context: RunContext): Promise<Set<string>> {
  const rows = await context.environment.db.selectFrom('quarantine').select('id').where('run_id', '=', context.runId).execute()
  return new Set(rows.map((row) => row.id))
}

/** Removes what was landed of a stream that this run does not publish, but for what a checkpoint names. */
export async function removeStreamFiles(context: RunContext, work: StreamWork): Promise<void> {
  const landed = [...work.landed.files, ...work.landed.quarantine].map((file) => file.path)
  const files = landed.filter((file) => !context.checkpointed.has(file))
  work.landed = emptyLanding(work)
  await removeAll(context, files)
}

/** Removes the mended rows that a replay carried: it has ended, and they are in explore or open in quarantine again. */
export async function removeReplay(context: RunContext): Promise<void> {
  await removeAll(
    context,
    (context.replay?.files ?? []).map((file) => file.path),
  )
}

/** What cannot be removed now is an orphan: that it could not must not hide why the run ended. */
async function removeAll({ environment }: RunContext, paths: readonly string[]): Promise<void> {
  await Promise.allSettled(paths.map((path) => environment.lake.files.remove(path)))
}
