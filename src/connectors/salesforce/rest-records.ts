import { AtlasError } from '../../core/errors.ts'

/** A page of the REST query as Salesforce answers it, numbers as they are written. */
export interface RecordPage {
  totalSize: number
  records: Record<string, unknown>[]
  /** Path of the next page; null on the last. */
  next: string | null
}

interface RawNumber {
  rawJSON: string
}
/** ECMAScript's "JSON.parse source text access", which the library's types do not know yet. */
interface ExactJson {
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown
  rawJSON(text: string): RawNumber
  isRawJSON(value: unknown): value is RawNumber
}
const json = JSON as unknown as ExactJson

/** Reads a page without taking numbers through binary floating point. @throws AtlasError `source.unexpected_answer` */
export function parseRecordPage(text: string): RecordPage {
  let page: Record<string, unknown>
  try {
    page = json.parse(text, (_key, value, { source }) =>
      typeof value === 'number' && source !== undefined ? json.rawJSON(source) : value,
    ) as Record<string, unknown>
  } catch {
    throw new AtlasError('source.unexpected_answer', 'Salesforce answers a query with JSON that is cut short or damaged.')
  }
  const { totalSize, records, done, nextRecordsUrl } = page
  if (!Array.isArray(records) || !json.isRawJSON(totalSize))
    throw new AtlasError('source.unexpected_answer', 'Salesforce answers a query without records.')
  const next = done === true || typeof nextRecordsUrl !== 'string' ? null : nextRecordsUrl
  if (done !== true && next === null)
    throw new AtlasError('source.incomplete', 'Salesforce says that there are more records, and not where.')
  return { totalSize: Number(totalSize.rawJSON), records: records as Record<string, unknown>[], next }
}

/** The value of a path such as `Account.Name` as text; null where there is none. Names are compared without regard to case, as SOQL does. */
export function cellOf(record: Record<string, unknown>, name: string): string | null {
  if (Object.hasOwn(record, name)) return toText(record[name])
  let at: unknown = record
  for (const step of name.split('.')) {
    if (typeof at !== 'object' || at === null) return null
    const object = at as Record<string, unknown>
    at = step in object ? object[step] : Object.entries(object).find(([key]) => key.toLowerCase() === step.toLowerCase())?.[1]
  }
  return toText(at)
}

function toText(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  if (json.isRawJSON(value)) return value.rawJSON
  return JSON.stringify(value, (key, inside: unknown) => (key === 'attributes' ? undefined : inside))
}

/** A line of CSV as Bulk writes it: every cell in quotes, nothing where there is no value. */
export function csvLine(cells: readonly (string | null)[]): string {
  return `${cells.map((cell) => (cell === null ? '""' : `"${cell.replaceAll('\0', '').replaceAll('"', '""')}"`)).join(',')}\n`
}
