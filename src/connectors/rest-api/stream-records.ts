import { AtlasError } from '../../core/errors.ts'
import type { ExtraMember } from '../json-rows/record-scanner.ts'
import { elementsOf } from '../json-rows/scan-json.ts'
import type { Answer } from './answer.ts'
import { rawAt } from './json-path.ts'
import type { Position } from './next-page.ts'
import { parentFields, type RequestParts } from './page-request.ts'
import { readPages, type PagesRead } from './read-pages.ts'
import type { RestSession } from './session.ts'
import type { RestStream } from './stream-settings.ts'

export interface RecordsHandler {
  take(answer: Answer, extra: readonly ExtraMember[]): Promise<number>
  ahead?: boolean
  done?(next: Position, soFar: Readonly<PagesRead>): Promise<void> | void
}

export interface RecordsWanted {
  from: string | null
  to: string | null
  start: Position
}

/**
 * Reads all records of a stream: its pages, or those for each record of its parent.
 * @param all the streams of the source, for parents
 * @throws AtlasError `source.*`, `run.cancelled`
 */
export async function readRecords(
  session: RestSession,
  stream: RestStream,
  all: readonly RestStream[],
  wanted: RecordsWanted,
  handler: RecordsHandler,
): Promise<PagesRead> {
  const sum: PagesRead = { pages: 0, received: 0, bytes: 0, total: null, ignored: [] }
  if (stream.parent === undefined)
    return readPages(session, stream, { ...wanted, parent: {} }, wanted.start, { ...handler, take: (answer) => handler.take(answer, []) })
  const include = stream.parent.include
  const prefix = `_${stream.parent.stream}_`
  await forEachParent(session, stream, all, async (fields) => {
    const extra = include.map((name) => ({ name: `${prefix}${name}`, raw: fields[name] ?? 'null' }))
    const read = await readPages(session, stream, { ...wanted, parent: fields }, null, { take: (answer) => handler.take(answer, extra) })
    sum.pages += read.pages
    sum.received += read.received
    sum.bytes += read.bytes
    sum.ignored.push(...read.ignored)
  })
  return sum
}

/** Calls `visit` for each record of the parent with the fields the stream needs, one after the other. */
async function forEachParent(
  session: RestSession,
  stream: RestStream,
  all: readonly RestStream[],
  visit: (fields: RequestParts['parent']) => Promise<void>,
  below: readonly string[] = [],
): Promise<void> {
  const parent = all.find(({ name }) => name === stream.parent?.stream)
  if (parent === undefined || below.includes(parent.name))
    throw new AtlasError(
      'source.bad_settings',
      `The stream ${stream.name} has the parent ${JSON.stringify(stream.parent?.stream)}, which ${parent === undefined ? 'is not there' : 'has it as its own parent'}.`,
    )
  const readParent = async (above: RequestParts['parent']): Promise<void> => {
    await readPages(session, parent, { parent: above, from: null, to: null }, null, {
      take: async ({ text, records }) => {
        let taken = 0
        if (records === null) return taken
        for (const { start, end } of elementsOf(text, records)) {
          taken++
          await visit(fieldsOf(text.slice(start, end), stream, parent.name))
        }
        return taken
      },
    })
  }
  if (parent.parent === undefined) await readParent({})
  else await forEachParent(session, parent, all, readParent, [...below, stream.name])
}

function fieldsOf(record: string, stream: RestStream, parent: string): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const name of parentFields(stream)) {
    const raw = rawAt(record, name)
    if (raw !== null && raw !== 'null') fields[name] = raw
    else if (stream.path.includes(`{${name}}`))
      throw new AtlasError('source.column_missing', `A record of ${parent} has no ${name}, which the path of ${stream.name} needs.`)
  }
  return fields
}
