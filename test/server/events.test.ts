import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createSseParser, type SseMessage } from '../../src/client/sse-parser.ts'
import type { RunEvent } from '../../src/contract/runs.ts'
import { toProblem, AtlasError } from '../../src/core/errors.ts'
import { insertLog, insertRun, readRun, toRun, toStep } from '../../src/store/runs.ts'
import { RunEvents } from '../../src/pipeline/run-events.ts'
import { EventStream } from '../../src/server/event-stream.ts'
import { followAllRuns } from '../../src/server/run-events-stream.ts'
import { startTestServer, type TestServer } from '../support/platform.ts'
import { expectProblem } from '../support/replies.ts'

let atlas: TestServer
beforeAll(async () => {
  atlas = await startTestServer()
})
afterAll(() => atlas.close())

const open: AbortController[] = []
afterEach(() => open.splice(0).forEach((connection) => connection.abort()))

/** Reads a stream message by message; `until` gives all messages up to the first that it accepts, `rest` all until the server ends it. */
async function follow(path: string, lastEventId?: string) {
  const connection = new AbortController()
  open.push(connection)
  const headers: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
  const response = await atlas.as('viewer')(`/api/v1${path}`, { headers, signal: connection.signal })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  const parser = createSseParser()
  const waiting: SseMessage[] = []
  const next = async (): Promise<SseMessage | undefined> => {
    while (waiting.length === 0) {
      const chunk = await reader?.read()
      if (chunk === undefined || chunk.done) return undefined
      waiting.push(...parser.push(chunk.value))
    }
    return waiting.shift()
  }
  const until = async (accept: (event: RunEvent) => boolean): Promise<SseMessage[]> => {
    const messages: SseMessage[] = []
    for (let message = await next(); message !== undefined; message = await next()) {
      messages.push(message)
      if (accept(JSON.parse(message.data) as RunEvent)) return messages
    }
    return messages
  }
  return { response, until, rest: () => until(() => false), leave: () => connection.abort() }
}

let runs = 0
async function startRun(): Promise<string> {
  const definition = {
    name: `pipeline_${++runs}`,
    description: '',
    source: { connector: 'files' as const, settings: {} },
    streams: [],
    policy: { entities: {}, columns: {} },
    transforms: [],
  }
  const id = `r_${runs}`
  const { db } = atlas.platform
  const steps = [{ ordinal: 0, stream: '', name: 'plan' as const }]
  await insertRun(db, { id, definition, trigger: 'api', requestedBy: 'test', workingFolder: '/', steps })
  await db.updateTable('runs').set({ state: 'running', started_at: new Date() }).where('id', '=', id).execute()
  return id
}

async function say(runId: string, message: string): Promise<number> {
  const line = await insertLog(atlas.platform.db, runId, { level: 'info', stream: '', step: 'plan', message })
  atlas.platform.events.emit({ kind: 'log', runId, line })
  return line.id
}

async function finish(runId: string): Promise<void> {
  const { db, events } = atlas.platform
  const ended = { state: 'failed' as const, note: 'ended' }
  const row = await db.updateTable('steps').set(ended).where('run_id', '=', runId).returningAll().executeTakeFirstOrThrow()
  events.emit({ kind: 'step', runId, step: toStep(row) })
  const error = JSON.stringify(toProblem(new AtlasError('file.empty', 'people.csv is empty.')))
  await db.updateTable('runs').set({ state: 'failed', finished_at: new Date(), error }).where('id', '=', runId).execute()
  events.emit({ kind: 'run', run: toRun(await readRun(db, runId)) })
}

const linesOf = (messages: SseMessage[]) =>
  messages.flatMap(({ data }) => {
    const event = JSON.parse(data) as RunEvent
    return event.kind === 'log' ? [event.line.message] : []
  })
const isLog = (message: string) => (event: RunEvent) => event.kind === 'log' && event.line.message === message

describe('the events of a run', () => {
  it('begin with the run, its steps and its log, go on live, and end with the run as it ended', async () => {
    const id = await startRun()
    await say(id, 'before')
    const stream = await follow(`/runs/${id}/events`)
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(stream.response.headers.get('cache-control')).toBe('no-store')
    const past = await stream.until(isLog('before'))
    expect(past.map(({ event }) => event)).toEqual(['run', 'step', 'log'])
    await say(id, 'live')
    expect(linesOf(await stream.until(isLog('live')))).toEqual(['live'])
    await say(await startRun(), 'of another run')
    await finish(id)
    const end = await stream.rest()
    expect(linesOf(end)).toEqual([])
    expect(JSON.parse(end.at(-1)?.data ?? '')).toMatchObject({ kind: 'run', run: { id, state: 'failed', error: { code: 'file.empty' } } })
    expect(JSON.parse(end.at(-2)?.data ?? '')).toMatchObject({ kind: 'step', step: { state: 'failed', note: 'ended' } })
  })

  it('go on after Last-Event-ID without a line lost or told twice', async () => {
    const id = await startRun()
    await say(id, 'one')
    const first = await follow(`/runs/${id}/events`)
    const seen = await first.until(isLog('one'))
    first.leave()
    await say(id, 'two')
    await say(id, 'three')
    const second = await follow(`/runs/${id}/events`, seen.at(-1)?.id ?? '')
    expect(linesOf(await second.until(isLog('three')))).toEqual(['two', 'three'])
    await say(id, 'four')
    await finish(id)
    expect(linesOf(await second.rest())).toEqual(['four'])
  })

  it('tell a run that had ended before, once, and then say that nothing more comes', async () => {
    const id = await startRun()
    await say(id, 'only')
    await finish(id)
    const all = await (await follow(`/runs/${id}/events`)).rest()
    expect(linesOf(all)).toEqual(['only'])
    expect(all.at(-1)?.id).toMatch(/^\d+\.end$/)
    const again = await follow(`/runs/${id}/events`, all.at(-1)?.id ?? '')
    expect(again.response.status).toBe(204)
  })

  it('lose nothing of many lines that are written while the past is read', async () => {
    const id = await startRun()
    for (let n = 0; n < 50; n++) await say(id, `line ${n}`)
    const stream = follow(`/runs/${id}/events`)
    for (let n = 50; n < 150; n++) await say(id, `line ${n}`)
    await finish(id)
    expect(linesOf(await (await stream).rest())).toEqual(Array.from({ length: 150 }, (_, n) => `line ${n}`))
  })

  it('of a run that does not exist are a problem, not a stream', async () => {
    await expectProblem(atlas.as('viewer')('/api/v1/runs/r_none/events'), 404, 'run.not_found')
  })
})

describe('the events of all runs', () => {
  it('begin with the open ones and tell runs and steps, but no logs', async () => {
    const id = await startRun()
    const stream = await follow('/events')
    const isRun = (event: RunEvent) => event.kind === 'run' && event.run.id === id
    await stream.until(isRun)
    await say(id, 'not told here')
    await finish(id)
    const told = await stream.until((event) => isRun(event) && event.kind === 'run' && event.run.state === 'failed')
    expect(told.map(({ event }) => event)).toEqual(['step', 'run'])
  })

  it('leave nobody listening when the client has gone', async () => {
    let listeners = 0
    const events = new RunEvents()
    const subscribe = (listener: (event: RunEvent) => void) => {
      listeners++
      const unsubscribe = events.subscribe(listener)
      return () => {
        listeners--
        unsubscribe()
      }
    }
    const stream = new EventStream()
    const following = followAllRuns({ db: atlas.platform.db, events: { subscribe } }, stream)
    expect(listeners).toBe(1)
    stream.readable.destroy()
    await following
    expect(listeners).toBe(0)
  })
})

describe('a slow client', () => {
  it('misses progress and nothing else', async () => {
    const stream = new EventStream()
    const long = 'x'.repeat(10_000)
    for (let n = 0; n < 20; n++) {
      stream.send({ kind: 'log', data: { n, long }, id: String(n) })
      stream.send({ kind: 'progress', data: { n }, droppable: true })
    }
    stream.end()
    let sent = ''
    for await (const chunk of stream.readable) sent += String(chunk)
    expect(sent.match(/^event: log$/gm)).toHaveLength(20)
    expect(sent.match(/^event: progress$/gm)?.length ?? 0).toBeLessThan(20)
  })

  it('that takes nothing at all is let go, to come back with Last-Event-ID', () => {
    const stream = new EventStream()
    for (let n = 0; n < 100 && !stream.closed; n++) stream.send({ kind: 'log', data: 'x'.repeat(100_000) })
    expect(stream.closed).toBe(true)
  })
})
