import { AtlasError } from '../../core/errors.ts'
import type { CheckPart, ConnectorBody, Landing, Preview, ReadContext, ReadRequest, ReadResult, Stream } from '../connector.ts'
import type { FilesSettings } from '../files.ts'
import { findFiles, type FileSet } from './find-files.ts'
import { readSet } from './read-set.ts'
import { previewFile } from './preview.ts'
import { sheetsOf, type SheetStream } from './excel-sheets.ts'
import { sniffReading } from './sniff-reading.ts'

export const filesBody: ConnectorBody<FilesSettings> = {
  check,
  discover,
  preview,
  open: (settings) =>
    Promise.resolve({
      parallel: 1,
      read: (request: ReadRequest, context: ReadContext, landing: Landing) => read(settings, request.stream, context, landing),
      close: () => Promise.resolve(),
    }),
}

async function check(settings: FilesSettings, context: ReadContext): Promise<CheckPart[]> {
  try {
    const set = await findFiles(settings, context)
    const parts: CheckPart[] = [
      { part: 'object', ok: true, detail: `${set.files.length} ${set.files.length === 1 ? 'file' : 'files'} found` },
    ]
    for (const file of set.files.slice(0, 1)) {
      const { reading } = await sniffReading(file.path, settings.reading, file.fileName)
      parts.push({ part: 'permission', ok: true, detail: `${file.shown} can be read as ${reading.format}` })
    }
    return parts
  } catch (error) {
    if (!(error instanceof AtlasError) || error.code === 'run.cancelled') throw error
    const part = error.code.startsWith('source.') && error.code !== 'source.no_streams' ? 'connection' : 'object'
    return [{ part, ok: false, detail: `${error.message} ${error.next}` }]
  }
}

async function discover(settings: FilesSettings, context: ReadContext): Promise<Stream[]> {
  const set = await findFiles(settings, context)
  const sizeBytes = set.files.reduce((sum, file) => sum + file.sizeBytes, 0)
  const sheets = await workbookSheets(settings, set, context)
  if (sheets === null) return [{ name: settings.name ?? set.name, columns: null, rowEstimate: null, sizeBytes, pieces: set.files.length }]
  return sheets.map(({ stream }) => ({
    name: stream,
    columns: null,
    rowEstimate: null,
    sizeBytes: sheets.length === 1 ? sizeBytes : null,
    pieces: set.files.length,
  }))
}

async function preview(settings: FilesSettings, { stream }: ReadRequest, context: ReadContext): Promise<Preview> {
  const set = await findFiles(settings, context)
  const [file] = set.files
  const sheets = await workbookSheets(settings, set, context)
  if (file === undefined) throw new AtlasError('source.no_streams', 'There is no file to show.')
  const sheet = sheets?.find((one) => one.stream === stream.name)?.sheet
  const shown = await previewFile({ ...file, reading: settings.reading, stream: sheet, signal: context.signal })
  return { columns: shown.columns.map((column) => ({ name: column.source, type: 'VARCHAR' })), rows: shown.rows }
}

async function read(settings: FilesSettings, stream: Stream, context: ReadContext, landing: Landing): Promise<ReadResult> {
  const set = await findFiles(settings, context)
  const sheets = await workbookSheets(settings, set, context)
  if (sheets === null) {
    assertStream(stream.name, [settings.name ?? set.name])
    return readSet(settings, set, null, context, landing)
  }
  const found = sheets.find((sheet) => sheet.stream === stream.name) ?? sheets.find(({ sheet }) => sheet === stream.name)
  if (found === undefined)
    assertStream(
      stream.name,
      sheets.map((sheet) => sheet.stream),
    )
  return readSet(settings, set, found?.sheet ?? null, context, landing)
}

/** Null when the files are no workbooks. */
async function workbookSheets(settings: FilesSettings, set: FileSet, context: ReadContext): Promise<SheetStream[] | null> {
  if ((await formatOf(settings, set)) !== 'excel') return null
  const sheets = await sheetsOf(set, settings.reading, context)
  const [only] = sheets
  return sheets.length === 1 && only !== undefined ? [{ ...only, stream: settings.name ?? only.stream }] : sheets
}

/** The format of the first file that is not empty. */
async function formatOf(settings: FilesSettings, set: FileSet): Promise<string | null> {
  for (const file of set.files) {
    try {
      return (await sniffReading(file.path, settings.reading, file.fileName)).reading.format
    } catch (error) {
      if (!(error instanceof AtlasError) || error.code !== 'file.empty' || set.files.length === 1) throw error
    }
  }
  return null
}

function assertStream(name: string, known: readonly string[]): void {
  if (known.includes(name)) return
  throw new AtlasError(
    'source.stream_not_found',
    `There is no stream ${JSON.stringify(name)}; there is: ${known.filter((one) => one !== '').join(', ')}.`,
  )
}
