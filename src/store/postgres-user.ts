import { execFile } from 'node:child_process'
import { chmod, realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { AtlasError } from '../core/errors.ts'
import type { Home } from './home.ts'

const run = promisify(execFile)

/** The operating system's user that Postgres runs as. */
export interface PostgresUser {
  uid: number
  gid: number
}

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

/**
 * Makes sure that the user can enter these folders. The home itself is opened for passing through (o+x, not for listing) when needed.
 * @throws AtlasError `home.unreachable` naming the folder that is closed, and what opens it
 */
export async function ensureReachable(user: PostgresUser | null, home: Pick<Home, 'root'>, folders: string[]): Promise<void> {
  if (user === null) return
  const root = await stat(home.root)
  if (root.uid === 0 && !maySearch(root, user)) await chmod(home.root, root.mode | 0o001)
  for (const folder of folders) {
    const closed = await firstClosedFolder(await realpath(folder), user)
    if (closed === null) continue
    throw new AtlasError(
      'home.unreachable',
      `Postgres cannot run as root, and the user it runs as (uid ${user.uid}) may not enter ${closed}.`,
      {
        next: `Allow it with: chmod o+x ${closed} — or keep the home and Atlas itself in folders that every user can enter, e.g. ATLAS_HOME=/srv/atlas — or start Atlas as a normal user, or set ATLAS_DATABASE_URL.`,
      },
    )
  }
}

/** The topmost folder on the way to `path` (itself included) that the user may not pass through. */
async function firstClosedFolder(path: string, user: PostgresUser): Promise<string | null> {
  const parent = dirname(path)
  const above = parent === path ? null : await firstClosedFolder(parent, user)
  if (above !== null) return above
  return maySearch(await stat(path), user) || (await mayEnterByList(path, user)) ? null : path
}

function maySearch(folder: { uid: number; gid: number; mode: number }, user: PostgresUser): boolean {
  if (folder.uid === user.uid) return (folder.mode & 0o100) !== 0
  if (folder.gid === user.gid) return (folder.mode & 0o010) !== 0
  return (folder.mode & 0o001) !== 0
}

/** Access control lists are not in the mode; only trying tells. */
async function mayEnterByList(path: string, user: PostgresUser): Promise<boolean> {
  return run('test', ['-x', path], { ...user, cwd: '/' }).then(
    () => true,
    () => false,
  )
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
