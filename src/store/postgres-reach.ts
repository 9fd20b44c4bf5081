import { execFile } from 'node:child_process'
import { chmod, realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { AtlasError } from '../core/errors.ts'
import type { Home } from './home.ts'
import type { Capability, PostgresUser } from './postgres-user.ts'

const run = promisify(execFile)
const CAPABILITIES: Capability[] = ['dac_read_search', 'dac_override']

/**
 * Makes sure that the user of Postgres can enter these folders. The home itself is opened for passing through (o+x, not for listing)
 * when needed. Where a folder above is closed (root's own home, a private temporary folder), Postgres gets the one capability to pass
 * it, on Linux by `setpriv`: Atlas is root there anyway, and nobody but Atlas has the password of that Postgres.
 * @returns the user, with that capability where it is needed
 * @throws AtlasError `home.unreachable` naming the folder that is closed, and what opens it
 */
export async function ensureReachable(
  user: PostgresUser | null,
  home: Pick<Home, 'root'>,
  folders: string[],
): Promise<PostgresUser | null> {
  if (user === null) return null
  const root = await stat(home.root)
  if (root.uid === 0 && !maySearch(root, user)) await chmod(home.root, root.mode | 0o001)
  for (const folder of folders) {
    const closed = await firstClosedFolder(await realpath(folder), user)
    if (closed !== null) return withCapability(user, closed)
  }
  return user
}

/** The program and arguments that run a program as that user, and the ids that `spawn` is to be told besides. */
export function commandAs(
  user: PostgresUser | null,
  program: string,
  args: string[],
): { program: string; args: string[]; ids: { uid?: number; gid?: number } } {
  if (user === null) return { program, args, ids: {} }
  const { uid, gid, capability } = user
  if (capability === undefined) return { program, args, ids: { uid, gid } }
  const only = `-all,+${capability}`
  // Without that secure bit, access(2), by which Postgres checks its programs, takes no notice of capabilities.
  const drop = [
    '--securebits=+no_setuid_fixup',
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--no-new-privs',
    `--bounding-set=${only}`,
  ]
  return { program: 'setpriv', args: [...drop, `--inh-caps=${only}`, `--ambient-caps=${only}`, program, ...args], ids: {} }
}

async function withCapability(user: PostgresUser, closed: string): Promise<PostgresUser> {
  for (const capability of CAPABILITIES) {
    if (await mayEnter(closed, { ...user, capability })) return { ...user, capability }
  }
  throw new AtlasError(
    'home.unreachable',
    `Postgres cannot run as root, and the user it runs as (uid ${user.uid}) may not enter ${closed}.`,
    {
      next: `Allow it with: chmod o+x ${closed} (or keep Atlas and its home where every user can enter, e.g. ATLAS_HOME=/srv/atlas; or start Atlas as a normal user; or set ATLAS_DATABASE_URL).`,
    },
  )
}

/** The topmost folder on the way to `path` (itself included) that the user may not pass through. */
async function firstClosedFolder(path: string, user: PostgresUser): Promise<string | null> {
  const parent = dirname(path)
  const above = parent === path ? null : await firstClosedFolder(parent, user)
  if (above !== null) return above
  return maySearch(await stat(path), user) || (await mayEnter(path, user)) ? null : path
}

function maySearch(folder: { uid: number; gid: number; mode: number }, user: PostgresUser): boolean {
  if (folder.uid === user.uid) return (folder.mode & 0o100) !== 0
  if (folder.gid === user.gid) return (folder.mode & 0o010) !== 0
  return (folder.mode & 0o001) !== 0
}

/** By trying: access control lists are not in the mode, and `setpriv` may be missing or not allowed. */
async function mayEnter(path: string, user: PostgresUser): Promise<boolean> {
  const { program, args, ids } = commandAs(user, 'test', ['-e', `${path}/.`])
  return run(program, args, { ...ids, cwd: '/' }).then(
    () => true,
    () => false,
  )
}
