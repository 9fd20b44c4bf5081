import { createServer, connect, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { PostgresqlSettings } from '../../../src/connectors/postgresql.ts'

export interface CuttingProxy {
  /** Settings that lead through the proxy. */
  settings: PostgresqlSettings
  /** Connections cut so far. */
  readonly cuts: number
  close(): Promise<void>
}

/**
 * A TCP proxy before a Postgres that cuts connections in the middle of what the server sends.
 * @param limits bytes from the server after which a connection is cut, each used once; connections that send less are left alone
 */
export async function cutAfter(settings: PostgresqlSettings, limits: number[]): Promise<CuttingProxy> {
  const sockets = new Set<Socket>()
  const left = [...limits]
  let cuts = 0
  const server = createServer((client) => {
    const target = settings.host.startsWith('/')
      ? connect(`${settings.host}/.s.PGSQL.${settings.port}`)
      : connect(settings.port, settings.host)
    let sent = 0
    for (const socket of [client, target]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        target.destroy()
      })
    }
    client.pipe(target)
    target.on('data', (chunk: Buffer) => {
      sent += chunk.length
      const [limit] = left
      if (limit !== undefined && sent > limit) {
        left.shift()
        cuts++
        client.end(chunk.subarray(0, Math.floor(chunk.length / 2)))
        target.destroy()
        return
      }
      if (!client.write(chunk)) {
        target.pause()
        client.once('drain', () => target.resume())
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    settings: { ...settings, host: '127.0.0.1', port: (server.address() as AddressInfo).port, tls: 'disable' },
    get cuts() {
      return cuts
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}
