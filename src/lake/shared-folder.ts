import { access, constants, link, mkdtemp, open, readFile, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { AtlasError } from '../core/errors.ts'
import type { LakeFiles } from './lake-files.ts'
import { openLocalFiles } from './local-files.ts'
import { syncFolder } from './seal.ts'

/** Where the files are, as the store remembers it: machines may mount the folder under different names. */
export const SHARED_FOLDER = 'shared folder'

/** Says which lake a folder belongs to. */
const MARKER = 'atlas-lake.json'
export const NOT_THERE = 'it is there, but the lake is not in it'
/** What a mount that has gone away answers. */
const AWAY = new Set(['ENOENT', 'ENOTDIR', 'EIO', 'ESTALE', 'ENOTCONN', 'ENODEV', 'ENXIO', 'EHOSTDOWN', 'EHOSTUNREACH', 'ETIMEDOUT'])

/** A folder outside of the home. */
export interface SharedFolder extends LakeFiles {
  /** Whether the mark of a lake is there. @throws AtlasError `lake.store_unreachable` */
  isMarked(): Promise<boolean>
}

/**
 * Files kept in a folder that is there already, and that several machines may mount. It is never made: where it is missing it was not mounted.
 * @param folder absolute
 */
export function openSharedFolder(folder: string): SharedFolder {
  const files = openLocalFiles(folder, { makes: false })
  const marker = path.join(folder, MARKER)

  async function reached<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      if (error instanceof AtlasError || !AWAY.has(code)) throw error
      const isThere =
        code === 'ENOENT' &&
        (await stat(folder).then(
          () => true,
          () => false,
        ))
      if (isThere) throw error
      throw unreachable(folder, code, error)
    }
  }
  const readMarker = (): Promise<string | null> =>
    reached(async () => {
      await stat(folder)
      const text = await readFile(marker, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null
        throw error
      })
      return text === null ? null : (/"lake"\s*:\s*"([\w-]+)"/.exec(text)?.[1] ?? 'unknown')
    })

  return {
    ...files,
    place: SHARED_FOLDER,
    isMarked: async () => (await readMarker()) !== null,
    // Where the mount has gone folders would be made on the disk below it.
    async reserve(file) {
      if ((await readMarker()) === null) throw unreachable(folder, NOT_THERE)
      return reached(() => files.reserve(file))
    },
    publish: (file, signal) => reached(() => files.publish(file, signal)),
    async *list() {
      await readMarker()
      for await (const file of files.list()) if (file.path !== MARKER) yield file
    },
    async claim(lakeId) {
      const owner = (await readMarker()) ?? (await reached(() => mark(folder, marker, lakeId))) ?? (await readMarker())
      if (owner === lakeId) return
      throw new AtlasError(
        'lake.not_this_one',
        `${folder} holds another lake (${owner ?? 'unknown'}) than the one that this database knows (${lakeId}).`,
      )
    },
    async check() {
      if ((await readMarker()) === null) throw unreachable(folder, NOT_THERE)
      await access(folder, constants.W_OK).catch((error: unknown) => {
        throw new AtlasError('lake.store_denied', `Atlas may not write to ${folder}.`, {
          cause: error,
          next: 'Give the user that Atlas runs as the right to write there.',
        })
      })
      return `The folder ${folder} can be written.`
    },
  }
}

/** What cannot be told from a folder that is not mounted. */
export function unreachable(folder: string, why: string, cause?: unknown): AtlasError {
  return new AtlasError('lake.store_unreachable', `The folder ${folder} of ATLAS_LAKE_URL cannot be reached: ${why}.`, {
    cause,
    next: 'Make the folder, or mount it; Atlas goes on by itself once it is there.',
  })
}

/** @returns the id; null when another was first */
async function mark(folder: string, marker: string, lakeId: string): Promise<string | null> {
  // A name that no other machine has.
  const drafts = await mkdtemp(`${marker}-`)
  const draft = path.join(drafts, MARKER)
  const handle = await open(draft, 'w', 0o600)
  try {
    await handle.writeFile(`${JSON.stringify({ lake: lakeId })}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  try {
    // Whole or not at all, and never over that of another.
    await link(draft, marker)
    await syncFolder(folder)
    return lakeId
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null
    throw error
  } finally {
    await rm(drafts, { recursive: true, force: true })
  }
}
