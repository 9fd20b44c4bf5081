import { Run, type RunDetail, type RunEvent } from '../contract/runs.ts'
import { listOpenRuns, readRunLog } from '../store/run-queries.ts'
import { readRunDetail } from '../store/run-story.ts'
import type { EventStream } from './event-stream.ts'
import type { Platform } from './platform.ts'

interface World {
  db: Platform['db']
  events: Pick<Platform['events'], 'subscribe'>
}

/** Log lines read at a time. */
const logPage = 1000
/** The store is asked this often whether the run has ended, in case its last event never came. */
const lookAgainMs = 15_000

/** Where a client left off: the id of the last log line it has, and whether it saw the run's end (`12.end`). */
export interface Position {
  line: number
  end: boolean
}

/** Reads a Last-Event-ID header; anything else than what Atlas sends means the beginning. */
export function lastEventId(header: string | string[] | undefined): Position {
  const match = typeof header === 'string' ? /^(\d{1,15})(\.end)?$/.exec(header) : null
  return { line: Number(match?.[1] ?? 0), end: match?.[2] !== undefined }
}

/** Whether there is nothing more to tell to a client at this position. */
export function sawTheEnd(run: Run, position: Position): boolean {
  return position.end && isFinished(run)
}

function isFinished(run: Run): boolean {
  return run.state !== 'queued' && run.state !== 'running'
}

/**
 * One run: its state and steps as they are, the log lines after the position, then what happens, until it has ended. Events that come
 * while the past is read wait in a queue, so that nothing is missed and no line is told twice.
 */
export async function followRun({ db, events }: World, runId: string, after: Position, stream: EventStream): Promise<void> {
  const waiting: RunEvent[] = []
  let wake = (): void => undefined
  const unsubscribe = events.subscribe((event) => {
    if (runIdOf(event) !== runId) return
    if (event.kind === 'progress' && waiting.length > 0) return
    waiting.push(event)
    wake()
  })
  void stream.over().then(() => wake())
  try {
    let { run, line } = await sendPast(db, runId, after.line, stream, true)
    while (!isFinished(run) && !stream.closed) {
      if (waiting.length === 0) await Promise.race([new Promise<void>((resolve) => (wake = resolve)), pause(lookAgainMs)])
      if (waiting.length === 0) ({ run, line } = await sendPast(db, runId, line, stream, false))
      for (const event of waiting.splice(0)) {
        if (event.kind === 'run') run = { ...run, ...event.run }
        if (event.kind === 'run' && isFinished(event.run)) break
        line = sendEvent(event, line, stream)
      }
    }
    if (!stream.closed) await sendEnd(db, runId, line, stream)
  } finally {
    unsubscribe()
  }
}

/** State changes of all runs: those open now, then every run and step event. Ends when the client goes. */
export async function followAllRuns({ db, events }: World, stream: EventStream): Promise<void> {
  const unsubscribe = events.subscribe((event) => {
    if (event.kind === 'run' || event.kind === 'step' || event.kind === 'alerts') stream.send({ kind: event.kind, data: event })
  })
  try {
    for (const run of await listOpenRuns(db)) stream.send({ kind: 'run', data: { kind: 'run', run } satisfies RunEvent })
    await stream.over()
  } finally {
    unsubscribe()
  }
}

async function sendPast(
  db: World['db'],
  runId: string,
  after: number,
  stream: EventStream,
  withSteps: boolean,
): Promise<{ run: RunDetail; line: number }> {
  const run = await readRunDetail(db, runId)
  if (withSteps) {
    if (!isFinished(run)) stream.send({ kind: 'run', data: runEvent(run) })
    sendSteps(run, stream)
  }
  return { run, line: await sendLog(db, runId, after, stream) }
}

function sendSteps(run: RunDetail, stream: EventStream): void {
  for (const step of run.steps) stream.send({ kind: 'step', data: { kind: 'step', runId: run.id, step } satisfies RunEvent })
}

async function sendLog(db: World['db'], runId: string, after: number, stream: EventStream): Promise<number> {
  for (let last = after; ;) {
    const lines = await readRunLog(db, runId, { after: last, limit: logPage })
    for (const line of lines) last = sendEvent({ kind: 'log', runId, line }, last, stream)
    if (lines.length < logPage || stream.closed) return last
    await stream.drained()
  }
}

/** The last word: steps and lines that came at the very end, and the run as it ended, under an id that says so. */
async function sendEnd(db: World['db'], runId: string, after: number, stream: EventStream): Promise<void> {
  const run = await readRunDetail(db, runId)
  const line = await sendLog(db, runId, after, stream)
  sendSteps(run, stream)
  stream.send({ kind: 'run', data: runEvent(run), id: `${line}.end` })
}

/** Sends one event; a log line only once. Returns the id of the last line sent. */
function sendEvent(event: RunEvent, last: number, stream: EventStream): number {
  if (event.kind !== 'log') {
    stream.send({ kind: event.kind, data: event, droppable: event.kind === 'progress' })
    return last
  }
  if (event.line.id <= last) return last
  stream.send({ kind: 'log', data: event, id: String(event.line.id) })
  return event.line.id
}

function runEvent(detail: RunDetail): RunEvent {
  return { kind: 'run', run: Run.parse(detail) }
}

function runIdOf(event: RunEvent): string | null {
  if (event.kind === 'alerts') return null
  return event.kind === 'run' ? event.run.id : event.runId
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}
