import type { Reading } from '../../contract/uploads.ts'
import type { SourceFile } from './find-files.ts'
import type { ReadContextOfFile } from './read-delimited.ts'
import type { ReadFile } from './read-set.ts'
export async function readExcel(_file: SourceFile, _reading: Reading, _sheet: string | null, _nameOf: (name: string) => string, _context: ReadContextOfFile): Promise<ReadFile> { throw new Error('excel') }
