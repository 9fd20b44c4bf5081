import { rm } from 'node:fs/promises'
import { files, FilesSettings } from '../../src/connectors/files.ts'
import type { ReadContext, ReadResult } from '../../src/connectors/connector.ts'
import { openLanding, openReadContext, readRequest, readStream, type LandedPart, type TestLanding } from './landing.ts'

export interface FilesRead {
  streams: string[]
  result: ReadResult
  /** Landed rows in order, as text. */
  table: Record<string, string | null>[]
  /** Refused rows as `line: reason | text`. */
  refused: string[]
  parts: LandedPart[]
}

/** Reads files as a pipeline would, through a real DuckDB, and takes everything down again. */
export async function readFiles(
  folder: string,
  settings: { path?: string; upload?: string; name?: string; reading?: Record<string, unknown> },
  options: {
    stream?: string
    mode?: 'replace' | 'append'
    state?: unknown
    context?: Partial<ReadContext>
    inspect?: (landing: TestLanding) => Promise<void>
    beforeWrite?: () => Promise<void>
  } = {},
): Promise<FilesRead> {
  const parsed = FilesSettings.parse(settings)
  const landing = await openLanding({ mode: options.mode, state: options.state })
  const { write } = landing
  landing.write = async (...rows) => {
    await options.beforeWrite?.()
    return write(...rows)
  }
  const context = await openReadContext(folder, options.context)
  try {
    const body = await files.load()
    const streams = await body.discover(parsed, context)
    const stream = streams.find(({ name }) => name === options.stream) ?? streams[0]
    if (stream === undefined) throw new Error('no stream')
    const result = await readStream(body, parsed, readRequest(stream, { mode: landing.mode }), context, landing)
    await options.inspect?.(landing)
    const refused = landing.refused.map(({ line, reason, row }) => `${line}: ${reason} | ${row}`)
    return { streams: streams.map(({ name }) => name), result, table: await landing.table(), refused, parts: landing.parts }
  } finally {
    await landing.close()
    await rm(context.scratch, { recursive: true, force: true })
  }
}
