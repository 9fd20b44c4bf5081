import { rm } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Connector, ReadContext, ReadResult, Stream } from '../../src/connectors/connector.ts'
import { AtlasError } from '../../src/core/errors.ts'
import { openLanding, openReadContext, type TestLanding } from '../support/landing.ts'

/** A source for the suite, made anew for each test. */
export interface ContractSource<Settings> {
  settings: Settings
  /** Settings of the same kind for a source that is not there. */
  missing: Settings
  /** Rows that the first stream holds, refused ones included. */
  rows: number
  folder: string
  context?: Partial<ReadContext>
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
    const read = (options: { mode?: 'replace' | 'append'; state?: unknown } = {}, more: Partial<ReadContext> = {}) =>
      withSource(async ({ source, body, context }) => {
        const landing = await openLanding(options)
        try {
          const stream = first(await body.discover(source.settings, context))
          const result = await body.read(source.settings, stream, context, landing)
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
      const reading = withSource(({ source, body, context }) => body.read(source.settings, stream, context, landing))
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
        for (let turn = 0; turn < 2; turn++) {
          const landing = await openLanding({ mode: 'append', state })
          results.push(await body.read(source.settings, first(await body.discover(source.settings, context)), context, landing))
          rows += summary(landing).rows + summary(landing).refused
          state = JSON.parse(JSON.stringify(results.at(-1)?.state))
          await landing.close()
        }
        return { source, results, rows }
      })
      expect(both.rows).toBe(both.source.rows)
      expect(both.results[1]).toMatchObject({ sourceRows: 0, columns: both.results[0]?.columns })
    })

    it('stops with run.cancelled when it is told to', async () => {
      await expect(read({}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'run.cancelled' })
    })
  })
}

function first(streams: readonly Stream[]): Stream {
  const [stream] = streams
  if (stream === undefined) throw new Error('the source has no stream')
  return stream
}

function summary(landing: TestLanding) {
  return {
    rows: landing.parts.reduce((sum, part) => sum + part.rows, 0),
    refused: landing.refused.length,
    columns: landing.parts.flatMap((part) => part.columns),
  }
}
