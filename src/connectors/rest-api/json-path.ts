import { locate, skipSpace, type Span } from '../json-rows/scan-json.ts'

/** Steps of a path such as `data.items` or `$.data.items`; a key with a dot in it is written `a\.b`. The empty path is the whole. */
export function stepsOf(path: string): string[] {
  const plain = path
    .replace(/^\$\.?/, '')
    .replace(/\[(\d+)\]/g, '.$1')
    .replace(/\[\*\]/g, '')
  if (plain === '') return []
  return plain.split(/(?<!\\)\./).map((step) => step.replaceAll(String.raw`\.`, '.'))
}

/** The JSON text of the value at a path; null where there is none. */
export function rawAt(text: string, path: string): string | null {
  const steps = stepsOf(path)
  // A key may hold dots itself, e.g. `@odata.nextLink`.
  const span = locate(text, steps) ?? (steps.length > 1 ? locate(text, [path]) : null)
  return span === null ? null : text.slice(span.start, span.end)
}

/** The value at a path as text: strings without quotes, other values as JSON; null for JSON's null and where there is none. */
export function textAt(text: string, path: string): string | null {
  const raw = rawAt(text, path)
  return raw === null || raw === 'null' ? null : plainText(raw)
}

/** A JSON value as text: strings without quotes, other values as they stand. */
export function plainText(raw: string): string {
  return raw.startsWith('"') ? (JSON.parse(raw) as string) : raw
}

/** Says whether an array or an object has nothing in it. */
export function isEmpty(text: string, { start, end }: Span): boolean {
  return text.startsWith('null', start) || skipSpace(text, start + 1) >= end - 1
}
