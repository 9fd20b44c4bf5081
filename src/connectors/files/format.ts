import type { Reading } from '../../contract/uploads.ts'
import { AtlasError } from '../../core/errors.ts'

export type Format = Reading['format']

const EXTENSIONS: Record<string, Format> = {
  csv: 'csv',
  tsv: 'csv',
  tab: 'csv',
  txt: 'csv',
  psv: 'csv',
  json: 'json',
  geojson: 'json',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  parquet: 'parquet',
  pq: 'parquet',
  xlsx: 'excel',
  xlsm: 'excel',
}

const BINARIES: readonly { magic: string; name: string }[] = [
  { magic: '504b0304', name: 'a ZIP archive' },
  { magic: '504b0506', name: 'an empty ZIP archive' },
  { magic: 'd0cf11e0a1b11ae1', name: 'an old Office file (.xls, .doc)' },
  { magic: '25504446', name: 'a PDF' },
  { magic: '89504e47', name: 'a PNG image' },
  { magic: 'ffd8ff', name: 'a JPEG image' },
  { magic: '47494638', name: 'a GIF image' },
  { magic: '7f454c46', name: 'a program' },
  { magic: '53514c69746520666f726d6174', name: 'an SQLite database' },
  { magic: '425a68', name: 'bzip2' },
  { magic: 'fd377a585a00', name: 'xz' },
  { magic: '4f626a01', name: 'Avro' },
  { magic: '4f5243', name: 'ORC' },
]

/** The format that a file's name promises; null when it promises none. A compression suffix is looked through. */
export function formatOfName(fileName: string): Format | null {
  const plain = fileName.toLowerCase().replace(/\.(gz|gzip|zst|zstd)$/, '')
  return EXTENSIONS[/\.([a-z0-9]+)$/.exec(plain)?.[1] ?? ''] ?? null
}

/** The file name without folder, compression suffix and format suffix. */
export function stemOf(fileName: string): string {
  const name = fileName.replace(/^.*[\\/]/, '')
  const plain = name.replace(/\.(gz|gzip|zst|zstd)$/i, '')
  return plain.replace(/\.[A-Za-z0-9]{1,8}$/, '') || plain || 'file'
}

export function compressionOf(start: Buffer): Reading['compression'] {
  if (start[0] === 0x1f && start[1] === 0x8b) return 'gzip'
  return start.length >= 4 && start.readUInt32LE(0) === 0xfd2fb528 ? 'zstd' : 'none'
}

/**
 * The format by the first bytes; the name decides only between kinds of text.
 * @throws AtlasError `file.not_text`, `file.corrupt`, `file.unknown_format`
 */
export function findFormat(prefix: Buffer, fileName: string): Format {
  const promised = formatOfName(fileName)
  const hex = prefix.subarray(0, 16).toString('hex')
  if (hex.startsWith('50415231')) return 'parquet'
  if (hex.startsWith('504b0304') && (promised === 'excel' || isWorkbook(prefix))) return 'excel'
  const binary = BINARIES.find(({ magic }) => hex.startsWith(magic))
  if (binary !== undefined) throw refuseBinary(binary.name, fileName, promised)
  if (promised === 'parquet') throw new AtlasError('file.corrupt', `${fileName} does not start as a Parquet file does (PAR1).`)
  if (promised === 'excel') throw new AtlasError('file.corrupt', `${fileName} does not start as an Excel workbook does.`)
  return promised ?? 'csv'
}

function isWorkbook(prefix: Buffer): boolean {
  return prefix.includes('xl/') || prefix.includes('[Content_Types].xml')
}

function refuseBinary(kind: string, fileName: string, promised: Format | null): AtlasError {
  if (kind.includes('.xls'))
    return new AtlasError('file.unknown_format', `${fileName} is ${kind}, which cannot be read.`, {
      next: 'Open it in a spreadsheet program and save it as .xlsx or .csv.',
    })
  if (promised !== null) return new AtlasError('file.not_text', `${fileName} is ${kind}, not ${promised}.`)
  return new AtlasError('file.unknown_format', `${fileName} is ${kind}, which cannot be read.`)
}

/** Text has few control characters; anything else has many. @throws AtlasError `file.not_text` */
export function assertText(text: string, fileName: string): void {
  const sample = text.slice(0, 65_536)
  let control = 0
  for (let at = 0; at < sample.length; at++) {
    const code = sample.charCodeAt(at)
    if ((code < 32 && code !== 9 && code !== 10 && code !== 13 && code !== 12 && code !== 27 && code !== 31) || code === 0xfffd) control++
  }
  if (control > Math.max(1, sample.length * 0.02)) {
    const share = Math.round((100 * control) / sample.length)
    throw new AtlasError(
      'file.not_text',
      `${fileName} is not text: ${share} % of its first characters are control characters or belong to no encoding.`,
    )
  }
}
