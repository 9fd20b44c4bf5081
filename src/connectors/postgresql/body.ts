import type { ConnectorBody, Landing, ReadContext, Reader, ReadRequest, Stream } from '../connector.ts'
import type { PostgresqlSettings } from '../postgresql.ts'
import { readTables, toStream } from './catalog.ts'
import { check } from './check.ts'
import { connect, placeOf, throwIfCancelled } from './connect.ts'
import { preview } from './preview.ts'
import { readFull } from './read-full.ts'
import { readIncremental } from './read-incremental.ts'
import { openSnapshot } from './snapshot.ts'
import { sourceError } from './source-error.ts'

const RANGE_BYTES = 32 * 1024 * 1024

export const postgresqlBody = createPostgresqlBody()

/** @param rangeBytes about how much text is read before it is landed and made durable */
export function createPostgresqlBody({ rangeBytes = RANGE_BYTES }: { rangeBytes?: number } = {}): ConnectorBody<PostgresqlSettings> {
  return { check, discover, preview, open: (settings, context) => open(settings, context, rangeBytes) }
}

async function discover(settings: PostgresqlSettings, context: ReadContext, only?: readonly string[]): Promise<Stream[]> {
  const session = await connect(settings, context.signal)
  try {
    return (await readTables(session, settings, only ?? null)).map(toStream)
  } catch (error) {
    throwIfCancelled(context.signal)
    throw sourceError(error, placeOf(settings))
  } finally {
    await session.client.end().catch(() => undefined)
  }
}

async function open(settings: PostgresqlSettings, context: ReadContext, rangeBytes: number): Promise<Reader> {
  const source = await openSnapshot(settings, context.signal)
  return {
    parallel: source.parallel,
    read: (request: ReadRequest, own: ReadContext, landing: Landing) => {
      const reader = { source, context: own, place: `the stream ${JSON.stringify(request.stream.name)}` }
      const read = { reader, settings, request, landing, rangeBytes }
      return request.mode === 'append' || request.mode === 'merge' ? readIncremental(read) : readFull(read)
    },
    close: () => source.close(),
  }
}
