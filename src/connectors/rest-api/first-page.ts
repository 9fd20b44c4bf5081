import type { Preview, Stream } from '../connector.ts'
import { plainText } from './json-path.ts'
import { createRecordScanner } from '../json-rows/record-scanner.ts'
import { typeOfKind } from '../json-rows/column-kind.ts'
import { membersOf, nameOf } from '../json-rows/scan-json.ts'
import type { RestSession } from './session.ts'
import { readRecords } from './stream-records.ts'
import type { RestStream } from './stream-settings.ts'

/** The first records of a stream. */
export interface FirstPage {
  columns: { name: string; type: string; nullable: boolean }[]
  /** Records as lines of JSON. */
  lines: string[]
  total: number | null
}

class Enough extends Error {}

/** Reads pages until there are `wanted` records, or until the first that has any. Asks for few pages more than that. */
export async function readFirstPage(
  session: RestSession,
  stream: RestStream,
  all: readonly RestStream[],
  wanted: number,
): Promise<FirstPage> {
  const scanner = createRecordScanner({ unnest: stream.unnest })
  const lines: string[] = []
  let total: number | null = null
  const enough = new Enough()
  try {
    await readRecords(
      session,
      stream,
      all,
      { from: null, to: null, start: null },
      {
        take: (answer, extra) => {
          if (answer.records === null) return Promise.resolve(0)
          const page = scanner.scan(answer.text, answer.records, extra)
          if (page.lines !== '') lines.push(...page.lines.split('\n'))
          if (stream.parent !== undefined && lines.length >= wanted) throw enough
          return Promise.resolve(page.records + page.refused.length)
        },
        ahead: false,
        done: (_next, soFar) => {
          total = soFar.total
          if (lines.length >= wanted) throw enough
        },
      },
    )
  } catch (error) {
    if (error !== enough) throw error
  }
  const columns = scanner.keys.map(({ name, kind, present, nulls }) => ({
    name,
    type: typeOfKind(kind),
    nullable: nulls > 0 || present < lines.length,
  }))
  return { columns, lines, total }
}

/** The first page as a table of texts, at most `most` rows. */
export function toPreview({ columns, lines }: FirstPage, most: number): Preview {
  const rows = lines.slice(0, most).map((line) => {
    const values = new Map(membersOf(line.trim()).map(([token, raw]) => [nameOf(token), raw === 'null' ? null : plainText(raw)]))
    return columns.map(({ name }) => values.get(name) ?? null)
  })
  return { columns: columns.map(({ name, type }) => ({ name, type })), rows }
}

const CURSOR_NAMES = [
  /^(updated|modified|changed|last_?modified|last_?updated)/i,
  /^(created|inserted|occurred|event_?time|timestamp)/i,
  /(_at|_on|At|date|time)$/,
  /^(id|.*_id|sequence|version)$/i,
]

/** A stream as people choose it, with what its first page showed. */
export function toStream(stream: RestStream, page: FirstPage | null, details: Stream['details'] = {}): Stream {
  const sortable = (page?.columns ?? []).filter(({ type }) => type === 'VARCHAR' || type === 'BIGINT').map(({ name }) => name)
  const guessed = CURSOR_NAMES.flatMap((pattern) => sortable.filter((name) => pattern.test(name)))
  return {
    name: stream.name,
    columns: page?.columns ?? null,
    rowEstimate: page?.total ?? null,
    sizeBytes: null,
    pieces: 1,
    kind: 'endpoint',
    primaryKey: stream.primaryKey,
    cursors: [...new Set([...(stream.cursor?.column === undefined ? [] : [stream.cursor.column]), ...guessed])],
    details: { path: stream.path, ...(stream.parent === undefined ? {} : { parent: stream.parent.stream }), ...details },
  }
}
