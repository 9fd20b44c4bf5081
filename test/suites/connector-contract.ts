import { rm } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { ReadMode } from '../../src/contract/pipelines.ts'
import type { Connector, ReadContext, ReadRequest, ReadResult, Stream } from '../../src/connectors/connector.ts'
import { AtlasError } from '../../src/core/errors.ts'
import { openLanding, openReadContext, readRequest, readStream, type TestLanding } from '../support/landing.ts'

/** A source for the suite, made anew for each test. */
export interface ContractSource<Settings> {
  settings: Settings
  /** Settings of the same kind for a source that is not there. */
  missing: Settings
  /** Rows that the first stream holds, refused ones included. */
  rows: number
  folder: string
  context?: Partial<ReadContext>
  /** What is asked of the first stream in append mode, for connectors that need a cursor. */
  append?: Partial<ReadRequest>
  /** Options of the first stream, where it needs them. */
  request?: Partial<ReadRequest>
  /** A value that must not stand in anything the connector says: a password, a token. */
  secret?: string
}

/**
 * What every connector keeps to, run against a real source through a real DuckDB.
 * @param open makes a source whose first stream has at least one row; it is taken down by itself
 */
export function connectorContract<Settings>(connector: Connector<Settings>, open: () => Promise<ContractSource<Settings>>): void {
  describe(`the connector ${connector.id}`, () => {
    const withSource = async <T>(
      work: (given: {
        source: ContractSource<Settings>
        body: Awaited<ReturnType<typeof connector.load>>
        context: ReadContext
      }) => Promise<T>,
      more: Partial<ReadContext> = {},
    ) => {
      const source = await open()
      const context = await openReadContext(source.folder, { ...source.context, ...more })
      try {
        return await work({ source, body: await connector.load(), context })
      } finally {
        await rm(context.scratch, { recursive: true, force: true })
      }
    }
    const read = (options: { mode?: ReadMode; state?: unknown } = {}, more: Partial<ReadContext> = {}) =>
      withSource(async ({ source, body, context }) => {
        const landing = await openLanding(options)
        try {
          const stream = first(await body.discover(source.settings, context))
          const result = await readStream(body, source.settings, readRequest(stream, request(source, landing.mode)), context, landing)
          return { source, result, landing: summary(landing), table: await landing.table() }
        } finally {
          await landing.close()
        }
      }, more)

    it('describes itself, and its settings as a form', () => {
      expect(connector.title).not.toBe('')
      expect(connector.description).not.toBe('')
      const schema = z.toJSONSchema(connector.settings, { io: 'input' }) as { properties?: Record<string, { title?: string }> }
      expect(Object.values(schema.properties ?? {}).filter((property) => property.title === undefined)).toEqual([])
    })

    it('accepts its own settings and refuses unknown ones', async () => {
      const { settings } = await open()
      expect(connector.settings.safeParse(settings).success).toBe(true)
      expect(connector.settings.safeParse({ ...settings, noSuchSetting: 1 }).success).toBe(false)
    })

    it('finds a source in order', async () => {
      const parts = await withSource(({ source, body, context }) => body.check(source.settings, context))
      expect(parts.length).toBeGreaterThan(0)
      expect(parts.filter((part) => !part.ok)).toEqual([])
    })

    it('reports a missing source as a failed part with a detail, and does not throw', async () => {
      const parts = await withSource(({ source, body, context }) => body.check(source.missing, context))
      expect(parts.some((part) => !part.ok && part.detail.length > 10)).toBe(true)
    })

    it('throws a searchable error when a missing source is read', async () => {
      const error = await withSource(({ source, body, context }) => body.discover(source.missing, context)).catch(
        (thrown: unknown) => thrown,
      )
      expect(error).toBeInstanceOf(AtlasError)
      expect((error as AtlasError).code).toMatch(/^(file|source|upload)\./)
    })

    it('lists streams with names of their own', async () => {
      const streams = await withSource(({ source, body, context }) => body.discover(source.settings, context))
      expect(streams.length).toBeGreaterThan(0)
      expect(new Set(streams.map(({ name }) => name)).size).toBe(streams.length)
    })

    it('refuses a stream that is not there', async () => {
      const landing = await openLanding()
      const stream: Stream = { name: 'no such stream', columns: null, rowEstimate: null, sizeBytes: null, pieces: 1 }
      const reading = withSource(({ source, body, context }) =>
        readStream(body, source.settings, readRequest(stream, request(source, landing.mode)), context, landing),
      )
      await expect(reading).rejects.toMatchObject({ code: 'source.stream_not_found' })
      expect(landing.parts).toEqual([])
      await landing.close()
    })

    it('accounts for every row: landed and refused are what the source held', async () => {
      const { source, result, landing } = await read()
      expect(result.sourceRows).toBe(source.rows)
      expect(landing.rows + landing.refused).toBe(result.sourceRows)
    })

    it('lands files whose columns are columns of the result, with its types', async () => {
      const { result, landing } = await read()
      const types = new Map(result.columns.map(({ name, type }) => [name, type]))
      expect(types.size).toBe(result.columns.length)
      expect(landing.columns.filter(({ name, type }) => types.get(name) !== type)).toEqual([])
    })

    it('gives the same rows when it reads the same source again', async () => {
      expect((await read()).table).toEqual((await read()).table)
    })

    it('returns a state that is plain JSON', async () => {
      const { state } = (await read({ mode: 'append' })).result
      expect(JSON.parse(JSON.stringify(state))).toEqual(state)
    })

    it('reads nothing twice in append mode, and keeps its columns', async () => {
      const both = await withSource(async ({ source, body, context }) => {
        const results: ReadResult[] = []
        let rows = 0
        let state: unknown = null
        const landings: TestLanding[] = []
        for (let turn = 0; turn < 2; turn++) {
          const landing = await openLanding({ mode: 'append', state, earlier: [...landings] })
          landings.push(landing)
          const stream = first(await body.discover(source.settings, context))
          results.push(await readStream(body, source.settings, readRequest(stream, request(source, landing.mode)), context, landing))
          rows += summary(landing).rows + summary(landing).refused
          state = JSON.parse(JSON.stringify(results.at(-1)?.state))
        }
        await Promise.all(landings.map((landing) => landing.close()))
        return { source, results, rows }
      })
      expect(both.rows).toBe(both.source.rows)
      expect(both.results[1]).toMatchObject({ sourceRows: 0, columns: both.results[0]?.columns })
    })

    it('shows the first rows, at most 50, with a cell for each column', async () => {
      const { source, preview } = await withSource(async ({ source, body, context }) => {
        const stream = first(await body.discover(source.settings, context))
        return { source, preview: await body.preview(source.settings, readRequest(stream, request(source, 'replace')), context) }
      })
      expect(preview.rows.length).toBeGreaterThan(0)
      expect(preview.rows.length).toBeLessThanOrEqual(Math.min(50, source.rows))
      expect(preview.rows.filter((row) => row.length !== preview.columns.length)).toEqual([])
    })

    it('never says a secret: not in what it finds, logs or throws', async () => {
      const said: unknown[] = []
      const { secret } = await withSource(async ({ source, body, context }) => {
        const log = (_level: string, message: string): void => void said.push(message)
        const loud = { ...context, log }
        said.push(await body.check(source.settings, loud), await body.check(source.missing, loud))
        said.push(await body.discover(source.settings, loud), await body.discover(source.missing, loud).catch(sayError))
        return source
      })
      if (secret === undefined) return
      expect(JSON.stringify(said)).not.toContain(secret)
    })

    it('stops with run.cancelled when it is told to', async () => {
      await expect(read({}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'run.cancelled' })
    })
  })
}

function request<Settings>(source: ContractSource<Settings>, mode: ReadMode): Partial<ReadRequest> {
  return { ...source.request, mode, ...(mode === 'append' ? source.append : {}) }
}

function first(streams: readonly Stream[]): Stream {
  const [stream] = streams
  if (stream === undefined) throw new Error('the source has no stream')
  return stream
}

function sayError(error: unknown): unknown {
  return error instanceof Error ? [error.message, error.stack, String(error.cause)] : error
}

function summary(landing: TestLanding) {
  return {
    rows: landing.parts.reduce((sum, part) => sum + part.rows, 0),
    refused: landing.refused.length,
    columns: landing.parts.flatMap((part) => part.columns),
  }
}
