import { mkdir } from 'node:fs/promises'
import { AtlasError } from '../../core/errors.ts'
import type { Connector, ReadContext } from '../../connectors/connector.ts'
import { createLanding, streamScratch } from '../landing.ts'
import { withProgress } from '../report-progress.ts'
import type { RunContext, StreamWork } from '../run-context.ts'

/** Reads a stream into files of its explore dataset. */
export async function extract(
  context: RunContext,
  work: StreamWork,
  connector: Connector,
  settings: unknown,
): Promise<{ rowsOut: number; bytes: number; note?: string }> {
  const body = await connector.load()
  const state = work.rule.mode === 'append' ? await readState(context, work) : null
  await mkdir(streamScratch(context, work), { recursive: true, mode: 0o700 })
  const read = await context.environment.lake.session(
    (session) =>
      withProgress(context, session, { bytes: work.stream.pieces === 1 ? work.stream.sizeBytes : null }, () =>
        body.read(settings, work.stream, readContext(context, work), createLanding(context, work, session, state)),
      ),
    context.signal,
  )
  work.read = read
  for (const warning of read.warnings) {
    context.warnings.push(warning)
    await context.recorder.log('warn', warning)
  }
  const landed = work.landed.files.reduce((sum, file) => sum + file.rows, 0)
  const refused = work.landed.quarantine.reduce((sum, batch) => sum + batch.rows, 0)
  if (landed + refused !== read.sourceRows) {
    throw new AtlasError(
      'run.incomplete',
      `Stream "${work.stream.name}" holds ${read.sourceRows} rows, but ${landed} were landed and ${refused} refused.`,
    )
  }
  return { rowsOut: read.sourceRows, bytes: read.bytesRead }
}

async function readState(context: RunContext, work: StreamWork): Promise<unknown> {
  const row = await context.environment.db
    .selectFrom('stream_states')
    .select('state')
    .where('pipeline', '=', context.pipeline.name)
    .where('stream', '=', work.stream.name)
    .executeTakeFirst()
  return row?.state ?? null
}

/** What the connector sees of the outside world. */
export function readContext(context: RunContext, work: StreamWork | null): ReadContext {
  return {
    signal: context.signal,
    scratch: work === null ? context.scratch : streamScratch(context, work),
    workingFolder: context.workingFolder,
    uploadPath: context.environment.uploadPath,
    progress: (progress) => context.recorder.progress(progress),
    log: (level, message) => void context.recorder.log(level, message).catch(() => undefined),
    fetch: context.environment.fetch,
  }
}
