import { mkdirSync } from 'node:fs'
import { access, constants, mkdir, readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { LakeFiles, StoredFile } from './lake-files.ts'
import { seal } from './seal.ts'
import { verifyFile } from './verify.ts'

/** Files kept in a folder. @param folder absolute; it is made unless told otherwise */
export function openLocalFiles(folder: string, { makes = true } = {}): LakeFiles {
  if (makes) mkdirSync(folder, { recursive: true, mode: 0o700 })
  const nothing = (): void => undefined
  return {
    folder,
    place: 'folder',
    isRemote: false,
    outage: null,
    ready: () => Promise.resolve(),
    hold: () => Promise.resolve(nothing),
    reserve: (file) => reserveIn(folder, file),
    publish: (file) => seal(path.join(folder, file)),
    remove: (file) => rm(path.join(folder, file), { force: true }),
    list: () => listFolder(folder),
    verify: (file) => verifyFile(path.join(folder, file.path), file),
    sweep: () => Promise.resolve(),
    claim: () => Promise.resolve(),
    async check() {
      await access(folder, constants.W_OK)
      return 'The lake folder can be written.'
    },
    close: nothing,
  }
}

/** Makes the folder of a file. @returns the file's absolute path */
export async function reserveIn(folder: string, file: string): Promise<string> {
  const absolute = path.join(folder, file)
  await mkdir(path.dirname(absolute), { recursive: true, mode: 0o700 })
  return absolute
}

/** Every file below a folder. One that vanishes meanwhile is left out. */
export async function* listFolder(folder: string): AsyncGenerator<StoredFile> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const absolute = path.join(entry.parentPath, entry.name)
    const found = await stat(absolute).catch(() => null)
    if (found === null) continue
    yield { path: path.relative(folder, absolute).split(path.sep).join('/'), sizeBytes: found.size, modifiedAt: found.mtime }
  }
}
