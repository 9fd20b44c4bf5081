import { rm } from 'node:fs/promises'
import { onTestFinished } from 'vitest'
import type { z } from 'zod'
import type { CursorRule } from '../../../src/contract/pipelines.ts'
import type { ReadContext, ReadRequest, ReadResult } from '../../../src/connectors/connector.ts'
import { restApiBody } from '../../../src/connectors/rest-api/body.ts'
import { RestApiSettings } from '../../../src/connectors/rest-api/settings.ts'
import { startRestServer, type RestRoute, type RestServer } from '../../servers/rest/rest-server.ts'
import { openLanding, openReadContext, readRequest, readStream, type LandingOptions, type TestLanding } from '../../support/landing.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

type SettingsInput = z.input<typeof RestApiSettings>
export type StreamInput = NonNullable<SettingsInput['streams']>[number]

/** A server that stops when the test ends. */
export async function serve(routes: Record<string, RestRoute>): Promise<RestServer> {
  const server = await startRestServer(routes)
  onTestFinished(() => server.stop())
  return server
}

export interface ApiRead {
  result: ReadResult
  landing: TestLanding
  rows: Record<string, string | null>[]
  logged: string[]
}

export interface ApiReadOptions extends LandingOptions {
  settings?: Partial<SettingsInput>
  cursor?: Partial<CursorRule> & { column: string }
  request?: Partial<ReadRequest>
  context?: Partial<ReadContext>
}

/** Reads the first of the streams through a real landing, which closes when the test ends. */
export async function readApi(server: { origin: string }, streams: StreamInput[], options: ApiReadOptions = {}): Promise<ApiRead> {
  const settings = RestApiSettings.parse({ url: server.origin, attempts: 3, streams, ...options.settings })
  const context = await openReadContext(await temporaryFolder({}), { source: `api-${server.origin}`, ...options.context })
  const landing = await openLanding(options)
  onTestFinished(async () => {
    await landing.close()
    await rm(context.scratch, { recursive: true, force: true })
  })
  const name = streams[0]?.name ?? ''
  const stream = { name, columns: null, rowEstimate: null, sizeBytes: null, pieces: 1 }
  const cursor: CursorRule | null = options.cursor === undefined ? null : { nulls: 'raise', ...options.cursor }
  const request = readRequest(stream, { mode: options.mode ?? 'replace', cursor, ...options.request })
  const result = await readStream(restApiBody, settings, request, context, landing)
  return { result, landing, rows: await landing.table(), logged: context.logged }
}

/** Records with ids from 1. */
export function records(count: number, more: (id: number) => Record<string, unknown> = () => ({})): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, index) => ({ id: index + 1, ...more(index + 1) }))
}

/** The ids of rows, ascending. */
export function ids(rows: readonly Record<string, string | null>[]): number[] {
  return rows.map((row) => Number(row['id'])).toSorted((one, other) => one - other)
}

/** 1 … count. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}
