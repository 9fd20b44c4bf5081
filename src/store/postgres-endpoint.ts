import { chown, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Home } from './home.ts'
import type { PostgresUser } from './postgres-user.ts'

/** Where a Postgres listens: a Unix socket in a folder of its own, or (Windows) a loopback port. */
export interface Endpoint {
  port: number
  /** '' for a loopback port. */
  socketFolder: string
  /** The settings that make Postgres listen there. */
  settings: Record<string, string>
}

/** Names the socket only (`.s.PGSQL.5432`); nothing listens on the network. */
const SOCKET_PORT = 5432
/** sun_path holds 104 bytes with its final zero on macOS, 108 on Linux. */
const SOCKET_PATH_BYTES = 103
const SHORT_PREFIX = 'atlas-pg-'

/** A place that nobody else can reach or has taken. A home too deep for a socket gets a short folder under /tmp. */
export async function chooseEndpoint(home: Pick<Home, 'postgres'>, user: PostgresUser | null): Promise<Endpoint> {
  if (process.platform === 'win32') {
    const port = await freePort()
    return { port, socketFolder: '', settings: { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '' } }
  }
  const fits = Buffer.byteLength(join(home.postgres, `.s.PGSQL.${SOCKET_PORT}`)) <= SOCKET_PATH_BYTES && !home.postgres.includes(',')
  const socketFolder = fits ? home.postgres : await makeShortFolder(user)
  // Only a killed postmaster leaves this, and Postgres would refuse to start if another program has got that one's pid.
  await rm(join(socketFolder, `.s.PGSQL.${SOCKET_PORT}.lock`), { force: true })
  return {
    port: SOCKET_PORT,
    socketFolder,
    settings: {
      listen_addresses: '',
      port: String(SOCKET_PORT),
      unix_socket_directories: socketFolder,
      unix_socket_permissions: '0700',
    },
  }
}

/** Removes the short folder, if this endpoint has one. */
export async function releaseEndpoint({ socketFolder }: Endpoint): Promise<void> {
  if (basename(socketFolder).startsWith(SHORT_PREFIX)) await rm(socketFolder, { recursive: true, force: true })
}

async function makeShortFolder(user: PostgresUser | null): Promise<string> {
  // Not TMPDIR: it may be as deep as the home, or closed to the user that Postgres runs as.
  const folder = await mkdtemp(join('/tmp', SHORT_PREFIX)).catch(() => mkdtemp(join(tmpdir(), SHORT_PREFIX)))
  if (user !== null) await chown(folder, user.uid, user.gid)
  return folder
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
