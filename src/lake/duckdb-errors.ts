import { AtlasError } from '../core/errors.ts'

/** True when DuckDB has given up the whole instance: every further use of it fails. */
export function isFatal(error: unknown): boolean {
  return error instanceof Error && /^(INTERNAL|FATAL) Error/.test(error.message)
}

/** Gives DuckDB's errors about the machine their code; every other error comes back as it is. */
export function fromDuckdb(error: unknown, signal?: AbortSignal): unknown {
  if (signal?.aborted === true)
    return signal.reason instanceof AtlasError
      ? signal.reason
      : new AtlasError('run.cancelled', 'The work was cancelled; nothing was published.', { cause: error })
  if (!(error instanceof Error)) return error
  if (/No space left on device|Disk quota exceeded|max_temp_directory_size/i.test(error.message)) {
    return new AtlasError('lake.disk_full', 'The disk of the Atlas home is full.', { cause: error })
  }
  if (error.message.startsWith('Out of Memory Error')) {
    return new AtlasError('lake.out_of_memory', 'The work needed more memory than ATLAS_MEMORY allows.', { cause: error })
  }
  return error
}
