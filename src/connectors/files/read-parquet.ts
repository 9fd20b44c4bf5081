import type { Reading } from '../../contract/uploads.ts'
import type { SourceFile } from './find-files.ts'
import type { ReadContextOfFile } from './read-delimited.ts'
import type { ReadFile } from './read-set.ts'
export async function readParquet(_file: SourceFile, _reading: Reading, _nameOf: (name: string) => string, _context: ReadContextOfFile): Promise<ReadFile> { throw new Error('parquet') }
