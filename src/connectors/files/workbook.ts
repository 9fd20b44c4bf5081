import { AtlasError } from '../../core/errors.ts'
import { builtInDateKind, dateKindOf, serialToText, type DateKind } from './excel-date.ts'
import { attributesOf, elementsOf, textOf, unescapeXml, withoutPrefixes } from './excel-xml.ts'
import { unzip, zipEntries, type ZipEntry } from './zip-entries.ts'

export interface SheetRow {
  /** As in the sheet, 1-based. */
  number: number
  /** Texts by column, 0-based; cells without a value are missing. */
  cells: Map<number, string>
  /** Columns whose cell shows an error such as #N/A; they have no value. */
  errors: number[]
}

export interface Workbook {
  /** Sheets with cells, in the workbook's order; chart sheets are none. */
  sheets: string[]
  /** Reads a sheet's rows that have a cell, as a stream. */
  rows(sheet: string): AsyncGenerator<SheetRow>
}

interface CellFormat {
  strings: string[]
  kinds: (DateKind | null)[]
  is1904: boolean
}

/** Parts other than sheets are held in memory; a larger one is refused. */
const PART_LIMIT_BYTES = 1 << 30

/**
 * Opens an .xlsx workbook (ECMA-376). Sheets are read as streams; only the shared texts are held in memory.
 * @throws AtlasError `file.truncated`, `file.corrupt`, `lake.out_of_memory`
 */
export async function openWorkbook(path: string, shown: string): Promise<Workbook> {
  const entries = await zipEntries(path, shown)
  const part = (name: string) => readPart(path, entries.get(name), shown)
  const root = attributeTags(await part('_rels/.rels'), 'Relationship').find((tag) => tag['Type']?.endsWith('/officeDocument'))
  const bookName = (root?.['Target'] ?? 'xl/workbook.xml').replace(/^\//, '')
  const book = await part(bookName)
  if (book === '') throw new AtlasError('file.corrupt', `${shown} is a ZIP archive without a workbook.`)
  const folder = bookName.replace(/[^/]*$/, '')
  const relations = attributeTags(await part(`${folder}_rels/${bookName.slice(folder.length)}.rels`), 'Relationship')
  const targetOf = (relation: Record<string, string> | undefined) => resolve(folder, relation?.['Target'] ?? '')
  const found = attributeTags(book, 'sheet').flatMap((sheet) => {
    const relation = relations.find(
      ({ Id }) => Id === sheet['r:id'] || Id === Object.entries(sheet).find(([key]) => key.endsWith(':id'))?.[1],
    )
    const entry = entries.get(targetOf(relation))
    return relation?.['Type']?.endsWith('/worksheet') === true && entry !== undefined ? [{ name: sheet['name'] ?? '', entry }] : []
  })
  let format: Promise<CellFormat> | undefined
  const loadFormat = async (): Promise<CellFormat> => {
    const byType = (type: string) => entries.get(targetOf(relations.find((relation) => relation['Type']?.endsWith(type))))
    const strings: string[] = []
    const shared = byType('/sharedStrings')
    if (shared !== undefined) for await (const item of elementsOf(unzip(path, shared, shown), 'si')) strings.push(textOf(item))
    const is1904 = /<workbookPr\b[^>]*date1904\s*=\s*["'](1|true)["']/.test(book)
    return { strings, kinds: stylesOf(await readPart(path, byType('/styles'), shown)), is1904 }
  }
  const sheets: { name: string; entry: ZipEntry }[] = []
  for (const sheet of found) if (await hasCells(path, sheet.entry, shown)) sheets.push(sheet)
  return {
    sheets: sheets.map(({ name }) => name),
    rows: async function* (name) {
      const entry = sheets.find((sheet) => sheet.name === name)?.entry
      if (entry === undefined) return
      const cellFormat = await (format ??= loadFormat())
      let number = 0
      for await (const row of elementsOf(unzip(path, entry, shown), 'row')) {
        const parsed = parseRow(row, number, cellFormat)
        number = parsed.number
        if (parsed.cells.size > 0 || parsed.errors.length > 0) yield parsed
      }
    },
  }
}

async function readPart(path: string, entry: ZipEntry | undefined, shown: string): Promise<string> {
  if (entry === undefined) return ''
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of unzip(path, entry, shown)) {
    bytes += chunk.length
    if (bytes > PART_LIMIT_BYTES)
      throw new AtlasError('lake.out_of_memory', `${entry.name} in ${shown} is larger than the limit of ${PART_LIMIT_BYTES} bytes.`)
    chunks.push(chunk)
  }
  return withoutPrefixes(Buffer.concat(chunks).toString('utf8'))
}

async function hasCells(path: string, entry: ZipEntry, shown: string): Promise<boolean> {
  for await (const row of elementsOf(unzip(path, entry, shown), 'row')) if (/<(v|is|t)[\s>]/.test(row)) return true
  return false
}

function attributeTags(xml: string, name: string): Record<string, string>[] {
  return [...xml.matchAll(new RegExp(`<${name}\\b[^>]*>`, 'g'))].map(([tag]) => attributesOf(tag))
}

function resolve(folder: string, target: string): string {
  if (target.startsWith('/')) return target.slice(1)
  const parts: string[] = []
  for (const part of (folder + target).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.' && part !== '') parts.push(part)
  }
  return parts.join('/')
}

function stylesOf(xml: string): (DateKind | null)[] {
  const custom = new Map(attributeTags(xml, 'numFmt').map((tag) => [Number(tag['numFmtId']), dateKindOf(tag['formatCode'] ?? '')]))
  const used = /<cellXfs\b[\s\S]*?<\/cellXfs>/.exec(xml)?.[0] ?? ''
  return attributeTags(used, 'xf').map((tag) => {
    const id = Number(tag['numFmtId'] ?? 0)
    return custom.has(id) ? (custom.get(id) ?? null) : builtInDateKind(id)
  })
}

function parseRow(xml: string, before: number, format: CellFormat): SheetRow {
  const stated = /^<row\b[^>]*?\sr\s*=\s*["'](\d+)["']/.exec(xml)?.[1]
  const row: SheetRow = { number: stated === undefined ? before + 1 : Number(stated), cells: new Map(), errors: [] }
  let next = 0
  for (const match of xml.matchAll(/<c(?=[\s/>])([^>]*?)(?:\/>|>([\s\S]*?)<\/c>)/g)) {
    const attributes = attributesOf(match[1] ?? '')
    const column = attributes['r'] === undefined ? next : columnOf(attributes['r'])
    next = column + 1
    const body = match[2] ?? ''
    if (attributes['t'] === 'e') {
      row.errors.push(column)
      continue
    }
    const text = cellText(attributes['t'], Number(attributes['s'] ?? 0), body, format)
    if (text !== null) row.cells.set(column, text)
  }
  return row
}

function columnOf(reference: string): number {
  let column = 0
  for (const letter of /^[A-Z]+/i.exec(reference)?.[0].toUpperCase() ?? 'A') column = column * 26 + letter.charCodeAt(0) - 64
  return column - 1
}

function cellText(type: string | undefined, style: number, body: string, { strings, kinds, is1904 }: CellFormat): string | null {
  if (type === 'inlineStr') return textOf(body)
  const value = /<v\b[^>]*>([\s\S]*?)<\/v>/.exec(body)?.[1]
  if (value === undefined) return null
  if (type === 's') return strings[Number(value)] ?? null
  if (type === 'str') return textOf(`<t>${value}</t>`)
  if (type === 'b') return value === '1' ? 'true' : 'false'
  if (type === 'd')
    return unescapeXml(value)
      .replace(/T00:00:00(\.0+)?$/, '')
      .replace('T', ' ')
  return numberText(unescapeXml(value).trim(), kinds[style] ?? null, is1904)
}

/** Workbooks hold doubles: the shortest text that reads back as the same double is the number as it was entered. Whole numbers stay as they are written. */
function numberText(value: string, kind: DateKind | null, is1904: boolean): string | null {
  if (value === '') return null
  const number = Number(value)
  if (!Number.isFinite(number)) return value
  const inRange = number > -700_000 && number < 2_958_466
  if (kind !== null && inRange) return serialToText(number, kind, is1904)
  return /^-?\d+$/.test(value) ? value : String(number)
}
