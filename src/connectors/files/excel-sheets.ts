import type { ReadingOverrides } from '../../contract/uploads.ts'
import { AtlasError } from '../../core/errors.ts'
import type { ReadContext } from '../connector.ts'
import type { FileSet } from './find-files.ts'
import { plainCopy } from './plain-text.ts'
import { sniffReading } from './sniff-reading.ts'
import { openWorkbook } from './workbook.ts'

export interface SheetStream {
  /** Name of the stream. */
  stream: string
  sheet: string
}

/**
 * The sheets of the workbooks of a set that have cells, each a stream. A sheet that carries the program's own first name (Sheet1, Ark1, …) is named after the file, since
 * every workbook has one.
 * @throws AtlasError `source.stream_not_found` for a `reading.sheet` that no workbook has, `file.empty`
 */
export async function sheetsOf(
  set: FileSet,
  reading: ReadingOverrides,
  context: Pick<ReadContext, 'scratch' | 'signal'>,
): Promise<SheetStream[]> {
  const names: string[] = []
  for (const file of set.files) {
    const { reading: found } = await sniffReading(file.path, reading, file.fileName)
    if (found.format !== 'excel')
      throw new AtlasError('file.mixed_formats', `${set.files[0]?.shown ?? ''} is excel and ${file.shown} is ${found.format}.`)
    const book = await openWorkbook(await plainCopy(file, found, context), file.shown)
    for (const sheet of book.sheets) if (!names.includes(sheet)) names.push(sheet)
  }
  if (names.length === 0) throw new AtlasError('file.empty', `${set.files[0]?.shown ?? set.name} has no sheet with cells.`)
  if (reading.sheet === undefined) return names.map((sheet) => ({ stream: streamName(set.name, sheet), sheet }))
  if (!names.includes(reading.sheet)) {
    throw new AtlasError(
      'source.stream_not_found',
      `There is no sheet ${JSON.stringify(reading.sheet)} with cells; there is: ${names.join(', ')}.`,
    )
  }
  return [{ stream: streamName(set.name, reading.sheet), sheet: reading.sheet }]
}

function streamName(file: string, sheet: string): string {
  const generic = /^(sheet|ark|tabelle|feuil|feuille|hoja|blad|foglio|planilha|arkusz|taul|лист) ?(\d+)$/i.exec(sheet)
  if (generic === null) return sheet
  return generic[2] === '1' ? file : `${file} ${sheet}`
}
