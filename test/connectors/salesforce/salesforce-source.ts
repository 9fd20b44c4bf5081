import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { onTestFinished } from 'vitest'
import type { ReadMode } from '../../../src/contract/pipelines.ts'
import type { ReadContext, ReadRequest, ReadResult } from '../../../src/connectors/connector.ts'
import { SalesforceSettings } from '../../../src/connectors/salesforce/settings.ts'
import { createSalesforceBody } from '../../../src/connectors/salesforce/body.ts'
import { startSalesforce, type LocalSalesforce, type SalesforceOptions } from '../../servers/salesforce/server.ts'
import { openLanding, openReadContext, readRequest, readStream, type TestLanding } from '../../support/landing.ts'

/** A body whose waits take no time. */
export const body = createSalesforceBody((_ms, signal) => {
  signal.throwIfAborted()
  return Promise.resolve()
})

/** A local Salesforce that goes away with the test. */
export async function openServer(options: SalesforceOptions = {}): Promise<LocalSalesforce> {
  const server = await startSalesforce(options)
  onTestFinished(() => server.close())
  return server
}

export function settingsFor(server: LocalSalesforce, more: Record<string, unknown> = {}): SalesforceSettings {
  const { clientId, clientSecret } = server.tokens.app
  return SalesforceSettings.parse({ loginUrl: server.loginUrl, auth: { method: 'client_credentials', clientId, clientSecret }, ...more })
}

export interface ReadOptions {
  mode?: ReadMode
  state?: unknown
  settings?: Record<string, unknown>
  request?: Partial<ReadRequest>
  options?: Record<string, unknown>
  context?: Partial<ReadContext>
  cutOff?: TestLanding
}

export interface Read {
  result: ReadResult
  landing: TestLanding
  rows: Record<string, string | null>[]
  logged: string[]
}

/** Reads of one source, one after the other, as runs would do them: each gets the state of the last and sees what was landed before. */
export function openReads(server: LocalSalesforce, object: string) {
  const landings: TestLanding[] = []
  let state: unknown = null
  const open = async (options: ReadOptions) => {
    const context = await openReadContext(tmpdir(), options.context)
    const landing = await openLanding({
      mode: options.mode ?? 'merge',
      state: options.state === undefined ? state : options.state,
      earlier: [...landings],
      ...(options.cutOff === undefined ? {} : { cutOff: options.cutOff }),
    })
    onTestFinished(async () => {
      await landing.close()
      await rm(context.scratch, { recursive: true, force: true })
    })
    const stream = { name: object, columns: null, rowEstimate: null, sizeBytes: null, pieces: 1, primaryKey: ['Id'] }
    const request = readRequest(stream, { mode: landing.mode, options: options.options ?? {}, ...options.request })
    return { context, landing, request }
  }
  return {
    landings,
    state: () => state,
    /** Reads, and keeps state and rows as a run that commits. */
    read: async (options: ReadOptions = {}): Promise<Read> => {
      const { context, landing, request } = await open(options)
      const result = await readStream(body, settingsFor(server, options.settings), request, context, landing)
      state = JSON.parse(JSON.stringify(result.state))
      landings.push(landing)
      return { result, landing, rows: await landing.table(), logged: context.logged }
    },
    /** Reads what is to fail: the error, and what was landed until then. */
    fail: async (options: ReadOptions = {}): Promise<{ error: unknown; landing: TestLanding; logged: string[] }> => {
      const { context, landing, request } = await open(options)
      const error = await readStream(body, settingsFor(server, options.settings), request, context, landing).then(
        () => null,
        (thrown: unknown) => thrown,
      )
      return { error, landing, logged: context.logged }
    },
    /** Rows of all reads that were committed. */
    all: async (): Promise<Record<string, string | null>[]> => (await Promise.all(landings.map((landing) => landing.table()))).flat(),
  }
}

/** Rows with one minute between their stamps, beginning at the time given. */
export function fill(
  server: LocalSalesforce,
  object: string,
  count: number,
  from = '2024-05-01T00:00:00.000Z',
  values: Record<string, string | number | boolean | null> = {},
): string[] {
  return Array.from({ length: count }, (_, index) =>
    server.org.upsert(object, {
      Name: `row ${index}`,
      SystemModstamp: new Date(Date.parse(from) + index * 60_000).toISOString(),
      ...values,
    }),
  )
}
