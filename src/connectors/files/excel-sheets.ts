import type { ReadingOverrides } from '../../contract/uploads.ts'
import type { ReadContext } from '../connector.ts'
import type { FileSet } from './find-files.ts'
export async function sheetsOf(_set: FileSet, _reading: ReadingOverrides, _context: ReadContext): Promise<string[]> { throw new Error('excel') }
