import { randomBytes } from 'node:crypto'
import { createClient, type Client } from '../client/call.ts'
import { AtlasError } from '../core/errors.ts'
import { findServer } from '../server/find-server.ts'
import { version } from './version.ts'

export interface GlobalOptions {
  home?: string
}

export interface Connection extends AsyncDisposable {
  client: Client
}

/** The home that a command works on: `--home`, else `$ATLAS_HOME`, else `./.atlas`. */
export function homeOf(options: GlobalOptions): string {
  return options.home ?? (process.env['ATLAS_HOME'] || '.atlas')
}

/**
 * Reaches the platform of a home: through the server that runs on it, otherwise by opening the home in this process, with a server of its own
 * on a free loopback port until the command ends. Either way a command is a client of the same endpoints.
 * @throws AtlasError `home.*`, `store.*`
 */
export async function connect(options: GlobalOptions, command: string): Promise<Connection> {
  const home = homeOf(options)
  const server = await findServer(home)
  if (server !== null) return { client: clientOf(server.url, server.cliToken), [Symbol.asyncDispose]: async () => undefined }
  return openHere(home, command)
}

/** What is a fault of Atlas is shown with its inside; every other error reaches the person as a problem. */
function showFault(error: unknown): void {
  if (!(error instanceof AtlasError)) process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
}

function clientOf(url: string, token: string): Client {
  return createClient({ baseUrl: url, headers: () => ({ authorization: `Bearer ${token}` }) })
}

async function openHere(home: string, command: string): Promise<Connection> {
  const [{ openPlatform }, { listen }, { readSettings }] = await Promise.all([
    import('../server/open-platform.ts'),
    import('../server/app.ts'),
    import('../server/settings.ts'),
  ])
  const cliToken = randomBytes(32).toString('base64url')
  const open = await openPlatform({ home, settings: readSettings(process.env), version, command, onError: showFault })
  const server = await listen(open.platform, { port: 0, cliToken })
  const close = once(async () => {
    await server.close()
    await open.platform.close()
  })
  const stop = (signal: NodeJS.Signals): void => {
    void close().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143))
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  return {
    client: clientOf(server.url, cliToken),
    [Symbol.asyncDispose]: async () => {
      process.off('SIGINT', stop)
      process.off('SIGTERM', stop)
      await close()
    },
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null
  return () => (done ??= work())
}
