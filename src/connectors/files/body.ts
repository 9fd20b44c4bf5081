import { AtlasError } from '../../core/errors.ts'
import type { CheckPart, ConnectorBody, Landing, ReadContext, ReadResult, Stream } from '../connector.ts'
import type { FilesSettings } from '../files.ts'
import { findFiles, type FileSet } from './find-files.ts'
import { readSet } from './read-set.ts'
import { sheetsOf } from './excel-sheets.ts'
import { sniffReading } from './sniff-reading.ts'

export const filesBody: ConnectorBody<FilesSettings> = { check, discover, read }

async function check(settings: FilesSettings, context: ReadContext): Promise<CheckPart[]> {
  try {
    const set = await findFiles(settings, context)
    const parts: CheckPart[] = [{ part: 'object', ok: true, detail: `${set.files.length} ${set.files.length === 1 ? 'file' : 'files'} found` }]
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
  if (sheets === null) return [{ name: settings.name ?? set.name, columns: null, rowEstimate: null, sizeBytes }]
  return sheets.map((name) => ({ name: sheets.length === 1 ? (settings.name ?? name) : name, columns: null, rowEstimate: null, sizeBytes: null }))
}

async function read(settings: FilesSettings, stream: Stream, context: ReadContext, landing: Landing): Promise<ReadResult> {
  const set = await findFiles(settings, context)
  const sheets = await workbookSheets(settings, set, context)
  if (sheets === null) {
    assertStream(stream.name, [settings.name ?? set.name])
    return readSet(settings, set, null, context, landing)
  }
  const known = sheets.length === 1 ? [sheets[0] ?? '', settings.name ?? ''] : sheets
  assertStream(stream.name, known)
  return readSet(settings, set, sheets.length === 1 ? (sheets[0] ?? null) : stream.name, context, landing)
}

/** Null when the files are no workbooks. */
async function workbookSheets(settings: FilesSettings, set: FileSet, context: ReadContext): Promise<string[] | null> {
  const [first] = set.files
  if (first === undefined) return null
  const { reading } = await sniffReading(first.path, settings.reading, first.fileName)
  return reading.format === 'excel' ? sheetsOf(set, settings.reading, context) : null
}

function assertStream(name: string, known: readonly string[]): void {
  if (known.includes(name)) return
  throw new AtlasError('source.stream_not_found', `There is no stream ${JSON.stringify(name)}; there is: ${known.filter((one) => one !== '').join(', ')}.`)
}
