import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document, type YAMLParseError } from 'yaml'
import type { z } from 'zod'
import { AtlasError, type ErrorCode } from '../core/errors.ts'

export interface YamlText<T> {
  value: T
  /** `file:line` of a value by its keys; where it is missing, of the nearest one around it. */
  locate(keys: readonly string[]): string
}

/** Code of the error, and whether a wrong value is shown in it; not where it may be a secret. */
export interface YamlStyle {
  code: ErrorCode
  showsValues: boolean
}

/**
 * Reads a YAML text that has the form of a schema.
 * @param file what it is called in errors as a whole, and before the number of a line
 * @param choose the schema to hold the text to, by what stands in it
 * @param what the text is, for errors, e.g. `pipeline`
 * @throws AtlasError `pipeline.invalid` naming line and key of every mistake
 */
export function parseYaml<T>(
  text: string,
  file: { path: string; name: string },
  what: string,
  choose: (content: unknown) => z.ZodType<T>,
  style: YamlStyle = { code: 'pipeline.invalid', showsValues: false },
): YamlText<T> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, stringKeys: true })
  const at = (offset: number): string => `${file.name}:${lines.linePos(offset).line}`
  const broken = document.errors.map((error) => ({ pointer: at(error.pos[0]), detail: wordsOf(error, what) }))
  if (broken.length > 0) throw invalid(file.path, what, broken, style.code)
  const content = contentOf(document, file.path, what, style.code)
  const parsed = choose(content).safeParse(content)
  if (!parsed.success)
    throw invalid(
      file.path,
      what,
      parsed.error.issues.flatMap((issue) => explain(document, issue, { what, at, showsValues: style.showsValues })),
      style.code,
    )
  return { value: parsed.data, locate: (keys) => at(offsetOf(document, [...keys])) }
}

/** Of a broken file the first lines say enough: what follows is mostly their echo. */
const MISTAKES = 20

/** @throws AtlasError where aliases would make it grow without bound, and where nothing stands in it */
function contentOf(document: Document, file: string, what: string, code: ErrorCode): unknown {
  let content: unknown
  try {
    content = document.toJS()
  } catch (cause) {
    throw new AtlasError(code, `${file} is not a valid ${what}: its aliases refer to each other so often that it cannot be unfolded.`, {
      cause,
    })
  }
  if (content === null) throw new AtlasError(code, `${file} is not a valid ${what}: nothing stands in it.`)
  return content
}

function wordsOf({ code, message }: YAMLParseError, what: string): string {
  return code === 'MULTIPLE_DOCS' ? `a second document begins here; a file holds one ${what}` : message
}

function invalid(file: string, what: string, fields: { pointer: string; detail: string }[], code: ErrorCode): AtlasError {
  const [first] = fields
  const others = fields.length > MISTAKES ? ` (and ${fields.length - MISTAKES} more)` : ''
  return new AtlasError(code, `${file} is not a valid ${what}: ${first?.pointer ?? ''} ${first?.detail ?? ''}${others}`, {
    fields: fields.slice(0, MISTAKES),
  })
}

function explain(
  document: Document,
  issue: z.core.$ZodIssue,
  { what, at, showsValues }: { what: string; at: (offset: number) => string; showsValues: boolean },
): { pointer: string; detail: string }[] {
  const here = issue.path.map(String)
  const key = here.join('.')
  if (issue.code !== 'unrecognized_keys')
    return [
      {
        pointer: at(offsetOf(document, here)),
        detail: `${key === '' ? `the ${what}` : key}: ${issue.message}${showsValues ? shownValue(document, here) : ''}`,
      },
    ]
  return issue.keys.map((unknown) => ({
    pointer: at(keyOffset(document, here, unknown)),
    detail: `unknown key "${[...here, unknown].join('.')}"${issue.message.startsWith('Unrecognized key') ? '' : `: ${issue.message}`}`,
  }))
}

function shownValue(document: Document, keys: readonly string[]): string {
  const value: unknown = keys.length === 0 ? undefined : document.getIn(keys.map(indexOrKey))
  return ['string', 'number', 'boolean'].includes(typeof value) ? `; it is ${JSON.stringify(value)}` : ''
}

/** Where a value stands; where it is missing, the nearest one around it. */
function offsetOf(document: Document, keys: string[]): number {
  for (let length = keys.length; length >= 0; length--) {
    const node: unknown = length === 0 ? document.contents : document.getIn(keys.slice(0, length).map(indexOrKey), true)
    if (isNode(node) && node.range != null) return node.range[0]
  }
  return 0
}

function keyOffset(document: Document, parent: string[], key: string): number {
  const map: unknown = parent.length === 0 ? document.contents : document.getIn(parent.map(indexOrKey), true)
  const pair = isMap(map) ? map.items.find((item) => isScalar(item.key) && String(item.key.value) === key) : undefined
  return isScalar(pair?.key) && pair.key.range != null ? pair.key.range[0] : offsetOf(document, parent)
}

function indexOrKey(key: string): string | number {
  return /^\d+$/.test(key) ? Number(key) : key
}
