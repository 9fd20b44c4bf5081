import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { AtlasError } from '../core/errors.ts'
import type { Home } from './home.ts'

const run = promisify(execFile)

/** The operating system's user that Postgres runs as. */
export interface PostgresUser {
  uid: number
  gid: number
  /** Lets it pass folders that are closed to it; absent where none is. */
  capability?: Capability
}

/** capabilities(7): enter and read any folder; the second is what containers leave to root when they take the first. */
export type Capability = 'dac_read_search' | 'dac_override'

const NAME = 'postgres'
/** How to make a user without a home, a shell or a password: Debian and Red Hat; Alpine and BusyBox. */
const USER_COMMANDS = [
  { command: 'groupadd', args: ['--system', '--force', NAME] },
  {
    command: 'useradd',
    args: ['--system', '--gid', NAME, '--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin', NAME],
  },
]
const BUSYBOX_COMMANDS = [
  { command: 'addgroup', args: ['-S', NAME] },
  { command: 'adduser', args: ['-S', '-D', '-H', '-G', NAME, '-s', '/sbin/nologin', NAME] },
]

/**
 * Postgres refuses to run as root. As root it runs as the owner of its data folder, and at first as the user `postgres`, who is made when
 * missing. Anybody else runs it as themselves (null).
 * @throws AtlasError `store.start_failed` when that user cannot be made
 */
export async function choosePostgresUser(home: Pick<Home, 'postgres'>): Promise<PostgresUser | null> {
  if (process.getuid?.() !== 0) return null
  const folder = await stat(home.postgres).catch(() => null)
  if (folder !== null && folder.uid !== 0) return { uid: folder.uid, gid: folder.gid }
  return (await lookUp()) ?? (await makeUser())
}

async function lookUp(): Promise<PostgresUser | null> {
  try {
    const [user, group] = await Promise.all([run('id', ['-u', NAME]), run('id', ['-g', NAME])])
    return { uid: Number(user.stdout), gid: Number(group.stdout) }
  } catch {
    return null
  }
}

async function makeUser(): Promise<PostgresUser> {
  let cause: unknown
  for (const commands of [USER_COMMANDS, BUSYBOX_COMMANDS]) {
    try {
      for (const { command, args } of commands) await run(command, args)
      const user = await lookUp()
      if (user !== null) return user
    } catch (error) {
      cause ??= error
    }
  }
  throw new AtlasError('store.start_failed', 'Postgres cannot run as root, and the user "postgres" cannot be made.', {
    cause,
    next: 'Make a user named postgres, or start Atlas as a normal user, or set ATLAS_DATABASE_URL.',
  })
}
