import { AtlasError } from '../../core/errors.ts'
import type { ConnectorBody, ReadContext, ReadRequest, Stream } from '../connector.ts'
import { throwIfCancelled } from '../http/cancelled.ts'
import { checkSource } from './check.ts'
import { findStream, streamsOf } from './find-stream.ts'
import { readFirstPage, toPreview, toStream } from './first-page.ts'
import { readFull } from './read-full.ts'
import { readIncremental } from './read-incremental.ts'
import { openSession, type RestSession } from './session.ts'
import type { RestApiSettings } from './settings.ts'
import type { RestStream } from './stream-settings.ts'

const PREVIEW_ROWS = 50
/** Errors of one stream; the others can be read all the same. */
const OF_ONE_STREAM = new Set([
  'source.permission_denied',
  'source.stream_not_found',
  'source.bad_status',
  'source.unexpected_answer',
  'source.column_missing',
  'source.pagination_loop',
])

export const restApiBody: ConnectorBody<RestApiSettings> = {
  check: checkSource,
  discover: (settings, context, only) => withSession(settings, context, (session) => discover(session, only)),
  preview: (settings, request, context) =>
    withSession(settings, context, async (session) => {
      const streams = await streamsOf(session)
      const page = await readFirstPage(session, findStream(streams, request.stream.name, request.options), streams, PREVIEW_ROWS)
      const preview = toPreview(page, PREVIEW_ROWS)
      return request.select === null ? preview : selectColumns(preview, request)
    }),
  open: async (settings, context) => {
    const session = openSession(settings, context)
    let known: Promise<RestStream[]> | null = null
    return {
      parallel: 4,
      read: async (request, readContext, landing) => {
        throwIfCancelled(readContext.signal)
        const all = await (known ??= streamsOf(session))
        const stream = findStream(all, request.stream.name, request.options)
        const read = { session, stream, all, request, context: readContext, landing }
        return request.mode === 'append' || request.mode === 'merge' ? readIncremental(read) : readFull(read)
      },
      close: () => session.close(),
    }
  },
}

async function withSession<T>(settings: RestApiSettings, context: ReadContext, work: (session: RestSession) => Promise<T>): Promise<T> {
  const session = openSession(settings, context)
  try {
    return await work(session)
  } finally {
    await session.close()
  }
}

/** Streams with the columns of their first page; one that cannot be read says why, unless none can. */
async function discover(session: RestSession, only: readonly string[] | undefined): Promise<Stream[]> {
  const all = await streamsOf(session)
  const wanted = only === undefined ? all : all.filter(({ name }) => only.includes(name))
  const found: Stream[] = []
  const failures: AtlasError[] = []
  for (const stream of wanted) {
    try {
      found.push(toStream(stream, await readFirstPage(session, stream, all, 1)))
    } catch (error) {
      if (!(error instanceof AtlasError) || !OF_ONE_STREAM.has(error.code)) throw error
      failures.push(error)
      found.push(toStream(stream, null, { error: error.message }))
    }
  }
  const [first] = failures
  if (first !== undefined && failures.length === wanted.length) throw first
  return found
}

function selectColumns(preview: ReturnType<typeof toPreview>, { select }: ReadRequest): ReturnType<typeof toPreview> {
  const places = preview.columns.flatMap(({ name }, index) => (select === null || select.includes(name) ? [index] : []))
  const pick = <T>(all: readonly T[]): T[] => all.filter((_, index) => places.includes(index))
  return { columns: pick(preview.columns), rows: preview.rows.map((row) => pick(row)) }
}
