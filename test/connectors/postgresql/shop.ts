import { rm } from 'node:fs/promises'
import { PostgresqlSettings } from '../../../src/connectors/postgresql.ts'
import { createPostgresqlBody } from '../../../src/connectors/postgresql/body.ts'
import type { ReadContext, ReadRequest, ReadResult, Stream } from '../../../src/connectors/connector.ts'
import { openLanding, openReadContext, readRequest, readStream, type LandingOptions, type TestLanding } from '../../support/landing.ts'
import { createTestDatabase } from '../../support/postgres.ts'

/** A Postgres database of a test's own, as a source. */
export interface Shop {
  settings: PostgresqlSettings
  /** Runs statements as the owner. */
  run(statement: string, values?: unknown[]): Promise<Record<string, unknown>[]>
  /** A session of its own, for a transaction that stays open. */
  session(): Promise<{ run(statement: string): Promise<Record<string, unknown>[]>; release(): void }>
  drop(): Promise<void>
}

export async function openShop(): Promise<Shop> {
  const database = await createTestDatabase({ empty: true })
  const url = new URL(database.url)
  const settings = PostgresqlSettings.parse({
    host: url.searchParams.get('host') ?? url.hostname,
    port: Number(url.port || url.searchParams.get('port') || 5432),
    database: decodeURIComponent(url.pathname.slice(1)),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  })
  return {
    settings,
    run: async (statement, values) => (await database.pool.query(statement, values)).rows as Record<string, unknown>[],
    session: async () => {
      const client = await database.pool.connect()
      return {
        run: async (statement) => (await client.query(statement)).rows as Record<string, unknown>[],
        release: () => client.release(),
      }
    },
    drop: () => database.drop(),
  }
}

export interface ReadOptions extends LandingOptions {
  request?: Partial<ReadRequest>
  context?: Partial<ReadContext>
  settings?: Partial<PostgresqlSettings>
  rangeBytes?: number
}

export interface Read {
  result: ReadResult
  landing: TestLanding
  /** Rows landed, values as text. */
  rows: Record<string, string | null>[]
  logged: string[]
  stream: Stream
}

/** Reads one stream of the shop through a real landing. `runs` are landings of earlier runs, which this one is added to. */
export async function readShop(shop: Shop, name: string, options: ReadOptions = {}): Promise<Read> {
  const landing = await openLanding({ mode: options.request?.mode ?? 'replace', ...options })
  const context = await openReadContext('/tmp', options.context)
  const body = createPostgresqlBody(options.rangeBytes === undefined ? {} : { rangeBytes: options.rangeBytes })
  const settings = { ...shop.settings, ...options.settings }
  try {
    const [found] = await body.discover(settings, context, [name])
    const stream = found ?? { name, columns: null, rowEstimate: null, sizeBytes: null, pieces: 1 }
    const result = await readStream(body, settings, readRequest(stream, options.request), context, landing)
    return { result, landing, rows: await landing.table(), logged: context.logged, stream }
  } catch (error) {
    await landing.close()
    throw error
  } finally {
    await rm(context.scratch, { recursive: true, force: true })
  }
}

/** Incremental reads one after the other, as a pipeline makes them: each gets the state of the last and adds to what is there. */
export function incremental(shop: Shop, name: string, request: Partial<ReadRequest>) {
  const landings: TestLanding[] = []
  let state: unknown = null
  return {
    get state() {
      return state
    },
    set state(next: unknown) {
      state = next
    },
    /** @returns rows that this run landed, and its result */
    async next(more: Partial<ReadRequest> = {}): Promise<Read> {
      const read = await readShop(shop, name, { request: { mode: 'append', ...request, ...more }, state, earlier: [...landings] })
      landings.push(read.landing)
      state = JSON.parse(JSON.stringify(read.result.state))
      return read
    },
    async all(): Promise<Record<string, string | null>[]> {
      return (await Promise.all(landings.map((landing) => landing.table()))).flat()
    },
    close: () => Promise.all(landings.map((landing) => landing.close())),
  }
}
