import type { AtlasError } from '../core/errors.ts'
import type { Damage } from './verify.ts'

/** A durable file, as a commit records it. */
export interface SealedFile {
  sizeBytes: number
  /** Hex. */
  sha256: string
}

/** A file of the lake that was found, whoever names it. */
export interface StoredFile {
  path: string
  sizeBytes: number
  modifiedAt: Date
}

/** What a commit recorded of a file. */
export interface RecordedFile extends SealedFile {
  path: string
}

/**
 * The immutable files of the lake, wherever they are kept: in a folder, or in a bucket with a folder that caches what is read. Paths are relative to
 * the folder, with `/`. A name is used once. DuckDB reads and writes below the folder only; what it reads is held first.
 */
export interface LakeFiles {
  /** Absolute; DuckDB opens files below it. */
  readonly folder: string
  /** Where the files are kept, as the store remembers it: `folder`, `shared folder`, or the URL of a bucket. */
  readonly place: string
  /** False where every file is in the folder already, so that nothing has to be held. */
  readonly isRemote: boolean
  /** Why the place cannot be reached, as last seen; null while it can. It is asked again by itself. */
  readonly outage: AtlasError | null
  /** Resolves where files may be read in the folder. @throws AtlasError `lake.*` where not yet, or not now */
  ready(): Promise<void>
  /**
   * Brings files into the folder and keeps them there until the returned function is called.
   * @throws AtlasError `lake.*`, `run.cancelled` at once when `signal` aborts
   */
  hold(paths: readonly string[], signal?: AbortSignal): Promise<() => void>
  /** Makes the folder of a new file. @returns its absolute path, where nothing is yet */
  reserve(path: string): Promise<string>
  /**
   * Makes a file that was written at its reserved place durable, so that a commit may name it.
   * @throws AtlasError `lake.*`, `run.cancelled`; the file then is nowhere but in the folder, and the caller removes it
   */
  publish(path: string, signal?: AbortSignal): Promise<SealedFile>
  /** Destroys a file, finished or not; one that is not there is no error. */
  remove(path: string): Promise<void>
  /** Every file that is kept, in any order; those being written too. */
  list(): AsyncIterable<StoredFile>
  /** Compares a kept file, byte for byte, with what was recorded of it. @returns null when they agree */
  verify(file: RecordedFile, signal?: AbortSignal): Promise<Damage | null>
  /** Clears up what is no file: uploads that were cut off, and copies here that no commit names any more, both from before a time. */
  sweep(olderThan: Date): Promise<void>
  /** Marks the place as that of one lake. @throws AtlasError `lake.not_this_one` where another lake is */
  claim(lakeId: string): Promise<void>
  /** Proves that files can be kept. @returns a sentence for people @throws AtlasError where they cannot */
  check(): Promise<string>
  close(): void
}
