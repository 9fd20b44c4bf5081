import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { RunContext } from './run-context.ts'

/** Removes the files of a run that published nothing. What is missed here (a killed process) the orphan collection finds. */
export async function removeFiles(context: RunContext): Promise<void> {
  const named = await committedQuarantine(context)
  const files = context.streams.flatMap((work) => [
    ...work.landed.files.map((file) => file.path),
    ...(work.chart?.draft.files ?? []).flatMap((file) => ('new' in file ? [file.new.path] : [])),
    ...work.landed.quarantine.filter((batch) => !named.has(batch.id)).map((batch) => batch.path),
  ])
  const built = context.navigate.flatMap((dataset) => dataset.draft.files.flatMap((file) => ('new' in file ? [file.new.path] : [])))
  await Promise.all([...files, ...built].map((file) => rm(path.join(context.environment.lake.folder, file), { force: true })))
}

/** A blocked run keeps its refused rows: they are what a person must look at. */
async function committedQuarantine(context: RunContext): Promise<Set<string>> {
  const rows = await context.environment.db.selectFrom('quarantine').select('id').where('run_id', '=', context.runId).execute()
  return new Set(rows.map((row) => row.id))
}
