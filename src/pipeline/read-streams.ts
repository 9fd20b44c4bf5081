import { AtlasError, toProblem } from '../core/errors.ts'
import type { Reader } from '../connectors/connector.ts'
import { removeStreamFiles } from './abandoned-files.ts'
import { extract, readContext } from './steps/extract.ts'
import { land } from './steps/land.ts'
import type { Plan } from './steps/plan.ts'
import type { RunContext, StreamWork } from './run-context.ts'

/**
 * Reads all streams into explore, as many at once as the connector reads side by side. A stream that its source refuses fails alone, and the others are
 * published; where none is left the first failure ends the run.
 * @throws AtlasError of the first failed stream when every stream failed, or of anything that is not one stream's own
 */
export async function readStreams(context: RunContext, { connector, settings }: Plan): Promise<void> {
  for (const work of context.streams) if (work.failed !== null) await context.recorder.failStream(work.stream.name, work.failed.detail)
  const body = await connector.load()
  const reader = await body.open(settings, readContext(context, null))
  try {
    const waiting = context.streams.filter((work) => work.failed === null)
    // A lane that fails empties the queue, and the others end with the stream they are at before the reader is closed.
    const lane = async (): Promise<void> => {
      for (let work = waiting.shift(); work !== undefined; work = waiting.shift()) {
        await readOne(context, work, reader)
      }
    }
    const lanes = Array.from({ length: Math.max(1, Math.min(reader.parallel, waiting.length)) }, () =>
      lane().catch((error: unknown) => {
        waiting.length = 0
        throw error
      }),
    )
    const ends = await Promise.allSettled(lanes)
    const failed = ends.find((end) => end.status === 'rejected')
    if (failed !== undefined) throw failed.reason as Error
  } finally {
    await reader.close()
  }
  refuseNothing(context)
}

async function readOne(context: RunContext, work: StreamWork, reader: Reader): Promise<void> {
  const { recorder } = context
  const { name } = work.stream
  try {
    await recorder.step(name, 'extract', async () => {
      const figures = await extract(context, work, reader)
      if (isHeldBack(work)) throw heldBack(work, context.environment.now())
      return figures
    })
    if (work.setAside === null) await recorder.step(name, 'land', async () => land(context, work))
    else {
      context.warnings.push(`${name}: ${work.setAside}`)
      await recorder.skipStream(name, work.setAside)
    }
  } catch (error) {
    if (!isOwn(error) || context.streams.length === 1 || context.signal.aborted) throw error
    const problem = toProblem(error)
    work.failed = problem
    await recorder.log('error', `${name}: ${problem.code}: ${problem.detail}`)
    await recorder.endStream(name, error.code === 'source.rate_limited' ? 'rate_limited' : 'failed', problem.detail)
    await removeStreamFiles(context, work)
  }
}

/** Failures that say something about one stream, not about Atlas or the run. */
function isOwn(error: unknown): error is AtlasError {
  return error instanceof AtlasError && /^(source|schema|file)\./.test(error.code)
}

/** A full refresh that the source parked is not whole: what was read waits in its checkpoint, and readers keep what they have. */
function isHeldBack(work: StreamWork): boolean {
  return work.read?.parked !== undefined && (work.rule.mode === 'replace' || work.rule.mode === 'full_append')
}

function heldBack(work: StreamWork, now: Date): AtlasError {
  const until = work.read?.parked?.until ?? null
  const wait = until === null ? {} : { retryAfterS: Math.max(0, Math.ceil((until.getTime() - now.getTime()) / 1000)) }
  return new AtlasError(
    'source.rate_limited',
    `${work.read?.parked?.detail ?? ''} What was read is kept; the next run goes on from there.`,
    wait,
  )
}

function refuseNothing(context: RunContext): void {
  const failed = context.streams.filter((work) => work.failed !== null)
  const [first] = failed
  if (first === undefined || failed.length < context.streams.length) return
  const problem = first.failed
  if (problem === null) return
  throw new AtlasError(
    problem.code as AtlasError['code'],
    `None of ${failed.length} streams could be read. ${first.stream.name}: ${problem.detail}`,
    problem.retryAfterS === undefined ? {} : { retryAfterS: problem.retryAfterS },
  )
}
