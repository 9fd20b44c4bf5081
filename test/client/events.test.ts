import { createServer } from 'node:http'
import { expect, it } from 'vitest'
import { createClient } from '../../src/client/call.ts'
import { readEvents } from '../../src/client/events.ts'
import { createSseParser } from '../../src/client/sse-parser.ts'

it.each([
  ['one message', ['event: run\nid: 4\ndata: {"a":1}\n\n'], [{ event: 'run', id: '4', data: '{"a":1}' }]],
  ['a message cut anywhere', ['ev', 'ent: run\nda', 'ta: x', '\n', '\n'], [{ event: 'run', id: null, data: 'x' }]],
  ['CRLF, even cut between CR and LF', ['data: x\r', '\n\r', '\n'], [{ event: 'message', id: null, data: 'x' }]],
  ['several lines of data', ['data: a\ndata: b\n\n'], [{ event: 'message', id: null, data: 'a\nb' }]],
  [
    'comments, unknown fields and messages without data',
    [': hello\nfoo: 1\nevent: run\n\ndata: y\n\n'],
    [{ event: 'message', id: null, data: 'y' }],
  ],
  [
    'an id that stays for the next message',
    ['id: 9\ndata: a\n\ndata: b\n\n'],
    [
      { event: 'message', id: '9', data: 'a' },
      { event: 'message', id: '9', data: 'b' },
    ],
  ],
])('the parser takes %s', (_, pieces, messages) => {
  const parser = createSseParser()
  expect(pieces.flatMap((piece) => parser.push(piece))).toEqual(messages)
})

it('takes up a cut stream where it was, by Last-Event-ID, and ends when the server says that there is no more', async () => {
  const asked: (string | undefined)[] = []
  const server = createServer((request, response) => {
    asked.push(request.headers['last-event-id'] as string | undefined)
    if (asked.length === 3) return response.writeHead(204).end()
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(`retry: 1\nid: ${asked.length}\nevent: log\ndata: {"kind":"log","runId":"r","line":{"id":${asked.length}}}\n\n`, () =>
      response.destroy(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const ids: (string | null)[] = []
  const states: string[] = []
  await createClient({ baseUrl: `http://127.0.0.1:${address.port}` }).events('GET /runs/:runId/events', {
    params: { runId: 'r' },
    onEvent: (_, id) => ids.push(id),
    onState: (state) => states.push(state),
  })
  server.close()
  expect(asked).toEqual([undefined, '1', '2'])
  expect(ids).toEqual(['1', '2'])
  expect(states).toEqual(['open', 'lost', 'open', 'lost'])
})

it('stops at once when it is told to, and does not call that a failure', async () => {
  const stop = new AbortController()
  let opened = 0
  const following = readEvents({ signal: stop.signal, onEvent: () => undefined }, () => {
    opened++
    stop.abort()
    return Promise.reject(new Error('aborted'))
  })
  await expect(following).resolves.toBeUndefined()
  expect(opened).toBe(1)
})

it('gives up when the server refuses for good', async () => {
  const server = createServer((_, response) =>
    response
      .writeHead(403, { 'content-type': 'application/problem+json' })
      .end(JSON.stringify({ type: '/docs#access.denied', title: 'no', status: 403, code: 'access.denied', detail: 'no', retry: false })),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const following = createClient({ baseUrl: `http://127.0.0.1:${address.port}` }).events('GET /events', { onEvent: () => undefined })
  await expect(following).rejects.toMatchObject({ code: 'access.denied' })
  server.close()
})
