import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { AtlasError } from '../../core/errors.ts'
import { copyError, pieces } from './plain-text.ts'
import type { SourceFile } from './find-files.ts'

/**
 * What a read of files leaves for the next: which file versions have been read, and the columns so far. A version is name and content, told by a digest:
 * times prove nothing (two files share one, clocks go backwards, a file is replaced under its name).
 */
const State = z.object({
  connector: z.literal('files'),
  version: z.literal(1),
  /** 128 bits of SHA-256 over name, size and content, base64url: 22 characters a file. */
  seen: z.array(z.string()),
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  text: z.object({ decimal: z.enum(['.', ',']), dateOrder: z.enum(['day-first', 'month-first', 'iso']) }).nullable(),
})
export type FilesState = z.infer<typeof State>

/** The state of the last read; an empty one when there is none of this connector. */
export function parseState(state: unknown): FilesState {
  const parsed = State.safeParse(state)
  return parsed.success ? parsed.data : { connector: 'files', version: 1, seen: [], columns: [], text: null }
}

/** A file's version, taken while it is read. `assertUnchanged` throws when the file was written to since. */
export interface FileVersion {
  digest: Promise<string>
  assertUnchanged(): Promise<void>
}

/**
 * Starts to digest a file's content.
 * @throws AtlasError `file.unreadable`; `file.changed` from assertUnchanged
 */
export async function versionOf(file: SourceFile, signal: AbortSignal): Promise<FileVersion> {
  const before = await identity(file)
  const digest = digestOf(file, signal)
  // Awaited later, after the read; until then a failure must not count as unhandled.
  digest.catch(() => undefined)
  return {
    digest,
    assertUnchanged: async () => {
      if ((await identity(file)) === before) return
      throw new AtlasError('file.changed', `${file.shown} was changed while it was being read.`)
    },
  }
}

async function identity(file: SourceFile): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(file.path, { bigint: true })
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`
  } catch (error) {
    throw new AtlasError('file.changed', `${file.shown} was removed while it was being read.`, { cause: error })
  }
}

async function digestOf(file: SourceFile, signal: AbortSignal): Promise<string> {
  const content = createHash('sha256')
  let bytes = 0
  try {
    for await (const piece of pieces(file.path, signal)) {
      content.update(piece)
      bytes += piece.length
    }
  } catch (error) {
    throw copyError(error, file.shown, signal)
  }
  return createHash('sha256').update(`${file.shown}\0${bytes}\0`).update(content.digest()).digest('base64url').slice(0, 22)
}
