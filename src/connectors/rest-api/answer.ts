import { AtlasError } from '../../core/errors.ts'
import type { HttpReply } from '../http/http-client.ts'
import { parseJson } from '../http/parse-json.ts'
import { shownUrl } from '../http/shown-url.ts'
import { locate, membersOf, nameOf, skipSpace, type Span } from '../json-rows/scan-json.ts'
import { isEmpty, rawAt, stepsOf, textAt } from './json-path.ts'
import type { RestStream } from './stream-settings.ts'

/** One answer of the API, taken apart. */
export interface Answer {
  text: string
  /** Where the records stand in the text; null for an answer without any. */
  records: Span | null
  /** The answer with `null` in place of the records. */
  envelope: string
  headers: Headers
  /** With query values: never shown. */
  url: URL
}

/** Where the records of a stream were found, for its next answers. */
export interface FoundRecords {
  path: string | null
}

const USUAL_NAMES = ['data', 'items', 'results', 'records', 'value', 'values', 'rows', 'entries', 'objects', 'list', 'content', 'hits']

/**
 * Takes an answer apart.
 * @throws AtlasError `source.unexpected_answer` when it is not JSON, says that it failed, or has no records where they should be
 */
export async function readAnswer(reply: HttpReply, stream: RestStream, found: FoundRecords): Promise<Answer> {
  const text = await reply.text()
  const url = new URL(reply.url)
  found.path ??= stream.records ?? findRecords(text)
  const span = locate(text, stepsOf(found.path))
  const envelope = span === null ? text : `${text.slice(0, span.start)}null${text.slice(span.end)}`
  if (parseQuietly(envelope) === undefined) parseJson(text, reply.headers, url)
  const isNull = span !== null && text.startsWith('null', span.start)
  const records = span === null || isNull ? null : span
  failOnError(stream, records === null || isSingle(text, records), text, envelope, url)
  if (span === null && stream.missingRecords === 'fail') throw missing(found.path, text, url)
  if (records !== null && !'[{'.includes(text[records.start] ?? '')) throw wrongKind(found.path, url)
  return { text, records: records === null || isEmpty(text, records) ? null : records, envelope, headers: reply.headers, url }
}

/** An answer that the rules of the stream count as one without records. */
export function emptyAnswer(reply: HttpReply): Answer {
  return { text: '', records: null, envelope: '', headers: reply.headers, url: new URL(reply.url) }
}

function isSingle(text: string, records: Span): boolean {
  return text.charCodeAt(records.start) === 123
}

/** The path of the records where nobody said it: the answer itself when it is a list, a list with a usual name, the only list of objects, or the one object that it is. */
function findRecords(text: string): string {
  const start = skipSpace(text, 0)
  if (text.charCodeAt(start) !== 123) return ''
  const members = membersOf(text)
  const lists = members.filter(([token, raw]) => raw.startsWith('[') && !/^"errors?"$/.test(token))
  const usual = USUAL_NAMES.find((name) => lists.some(([token]) => nameOf(token) === name))
  if (usual !== undefined) return usual
  const ofObjects = lists.filter(([, raw]) => raw.charCodeAt(skipSpace(raw, 1)) === 123)
  const [only] = ofObjects
  return ofObjects.length === 1 && only !== undefined ? nameOf(only[0]).replaceAll('.', String.raw`\.`) : ''
}

function failOnError(stream: RestStream, looksWrong: boolean, text: string, envelope: string, url: URL): void {
  const paths = stream.error === undefined ? (looksWrong ? ['error', 'errors'] : []) : [stream.error]
  for (const path of paths) {
    const raw = rawAt(stream.error === undefined ? text : envelope, path)
    if (raw === null || ['null', 'false', '0', '""', '[]', '{}'].includes(raw.replace(/\s/g, ''))) continue
    const code = ['code', 'type', 'status'].map((name) => textAt(raw, name)).find((value) => value !== null && /^[\w.-]{1,40}$/.test(value))
    throw new AtlasError(
      'source.unexpected_answer',
      `${shownUrl(url)} says in ${path} that it failed${code === undefined ? '' : ` (${code})`}.`,
    )
  }
}

function missing(path: string, text: string, url: URL): AtlasError {
  const keys = membersOf(text.slice(skipSpace(text, 0))).map(([token]) => nameOf(token).slice(0, 60))
  const there = keys.length === 0 ? '' : ` There is: ${keys.slice(0, 20).join(', ')}.`
  return new AtlasError('source.unexpected_answer', `${shownUrl(url)} has no records at ${JSON.stringify(path)}.${there}`, {
    next: 'Correct the path to the records, or set missingRecords to empty when the API leaves empty lists out.',
  })
}

function wrongKind(path: string, url: URL): AtlasError {
  return new AtlasError('source.unexpected_answer', `${shownUrl(url)} has neither a list nor an object at ${JSON.stringify(path)}.`)
}

function parseQuietly(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
