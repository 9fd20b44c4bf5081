import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  headers: Record<string, string>
  body: string
}

export interface AlertReceiver {
  url: string
  received: Received[]
  /** Ids of deliveries, in the order in which they came. */
  ids(): string[]
  /** Resolves when so many requests have come. */
  has(count: number): Promise<void>
  close(): Promise<void>
}

type Answer = (response: ServerResponse, request: IncomingMessage, received: Received) => void | Promise<void>

/** A real HTTP server on a free port that keeps what it is sent. @param answer 200 with `ok` unless told */
export async function startReceiver(answer: Answer = (response) => void response.end('ok')): Promise<AlertReceiver> {
  const received: Received[] = []
  const waiting = new Set<() => void>()
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const one = { headers: request.headers as Record<string, string>, body: Buffer.concat(parts).toString('utf8') }
      received.push(one)
      for (const look of waiting) look()
      void answer(response, request, one)
    })
    request.on('error', () => undefined)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    ids: () => received.map(({ headers }) => headers['x-atlas-delivery'] ?? ''),
    has: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (received.length < count) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
