import { AsyncLocalStorage } from 'node:async_hooks'
import { mkdir } from 'node:fs/promises'
import { AtlasError } from '../../core/errors.ts'
import { droppedColumns } from '../../core/schema-contract.ts'
import type { Reader, ReadContext, ReadResult } from '../../connectors/connector.ts'
import { writeAudit } from '../../store/audit.ts'
import { readStreamState } from '../../store/stream-states.ts'
import { createLanding, streamScratch } from '../landing.ts'
import { withProgress } from '../report-progress.ts'
import type { RunContext, StreamWork } from '../run-context.ts'

/**
 * Reads a stream into files of its explore dataset.
 * @throws AtlasError `source.incomplete` when less arrived than the source counts, `run.incomplete` when the rows do not add up, and as the connector
 */
export async function extract(
  context: RunContext,
  work: StreamWork,
  reader: Reader,
): Promise<{ rowsOut: number; bytes: number; note?: string }> {
  const { mode } = work.rule
  const goesOn = context.replay === null && (mode === 'append' || mode === 'merge') && work.parent !== null && work.rule.restart !== true
  const state = goesOn ? await readStreamState(context.environment.db, context.pipeline.name, work.stream.name) : null
  await mkdir(streamScratch(context, work), { recursive: true, mode: 0o700 })
  const read = await context.environment.lake.session(
    (session) =>
      withProgress(
        context,
        session,
        { bytes: work.stream.pieces === 1 && work.stream.kind === undefined ? work.stream.sizeBytes : null },
        async () => reader.read(work.request, readContext(context, work), await createLanding(context, work, session, state)),
      ),
    context.signal,
  )
  work.read = read
  for (const warning of read.warnings) {
    context.warnings.push(warning)
    await context.recorder.log('warn', warning)
  }
  // What a replay brings was audited when it was asked for.
  if (context.replay === null) await auditRead(context, work, read)
  assertAddsUp(work, read)
  await noteSchema(context, work, read)
  const note = [countNote(work, read), read.parked?.detail ?? ''].filter((part) => part !== '')
  return { rowsOut: read.sourceRows, bytes: read.bytesRead, ...(note.length === 0 ? {} : { note: note.join(' ') }) }
}

function assertAddsUp(work: StreamWork, read: ReadResult): void {
  const landed = work.landed.files.reduce((sum, file) => sum + file.rows, 0)
  const refused = work.landed.quarantine.reduce((sum, batch) => sum + batch.rows, 0)
  if (landed + refused + work.discarded === read.sourceRows) return
  throw new AtlasError(
    'run.incomplete',
    `Stream "${work.stream.name}" gave ${read.sourceRows} rows, but ${landed} were landed, ${refused} refused and ${work.discarded} discarded.`,
  )
}

/** Rows read against the source's own count, before anything is published. */
function countNote(work: StreamWork, read: ReadResult): string {
  const { counted } = read
  if (counted === undefined) return ''
  const difference = Math.abs(counted.rows - counted.read)
  if (difference > counted.tolerance) {
    throw new AtlasError(
      'source.incomplete',
      `The source counts ${counted.rows} rows in stream "${work.stream.name}", and ${counted.read} arrived; at most ${counted.tolerance} may differ.`,
    )
  }
  const again = counted.read - read.sourceRows
  const what = again > 0 ? `${counted.rows} rows, ${again} of them read again` : `${counted.rows} rows`
  return difference === 0 ? `The source counts ${what}; all arrived.` : `The source counts ${what}; ${difference} more or less arrived.`
}

async function noteSchema(context: RunContext, work: StreamWork, read: ReadResult): Promise<void> {
  const before = work.parent?.columns
  if (before !== undefined && read.columns.length > 0) work.schemaChanges.push(...droppedColumns(before, read.columns, work.rule.mode))
  for (const change of work.schemaChanges) {
    const what =
      change.column === null ? 'the stream is new' : `column "${change.column}" ${change.kind}, ${change.from ?? '—'} → ${change.to ?? '—'}`
    const line = `Schema of ${work.stream.name}: ${what}; ${change.action}.`
    if (change.breaking) context.warnings.push(line)
    await context.recorder.log(change.breaking ? 'warn' : 'info', line)
  }
}

/** Who took what from the source, and how much. */
async function auditRead(context: RunContext, work: StreamWork, read: ReadResult): Promise<void> {
  await writeAudit(context.environment.db, {
    actor: context.requestedBy,
    action: 'source.read',
    target: context.pipeline.source.saved ?? context.pipeline.name,
    detail: {
      connector: context.pipeline.source.connector,
      stream: work.stream.name,
      mode: work.rule.mode,
      rows: read.sourceRows,
      bytes: read.bytesRead,
      runId: context.runId,
    },
  })
}

/** What the connector sees of the outside world. */
export function readContext(context: RunContext, work: StreamWork | null): ReadContext {
  const { environment } = context
  // A driver may call back from outside the step's asynchronous call.
  const inStep = AsyncLocalStorage.snapshot()
  return {
    signal: context.signal,
    scratch: work === null ? context.scratch : streamScratch(context, work),
    workingFolder: context.workingFolder,
    source: context.pipeline.source.saved ?? context.pipeline.name,
    uploadPath: environment.uploadPath,
    progress: (progress) => inStep(() => context.recorder.progress(progress)),
    log: (level, message) => void inStep(() => context.recorder.log(level, message)).catch(() => undefined),
    fetch: environment.fetch,
    now: environment.now,
    random: environment.random,
    keepSecret: (old, renewed) => environment.secrets.keepRenewed(old, renewed),
  }
}
