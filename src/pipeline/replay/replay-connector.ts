import path from 'node:path'
import { z } from 'zod'
import type { Connector, Landing, Origin, ReadResult, StreamColumn, TextReading } from '../../connectors/connector.ts'
import { id, join, raw, sql } from '../../core/sql.ts'
import type { ReplayFile } from '../../store/quarantine-tables.ts'

/** The rows of a replay, as a source. */
export interface ReplaySource {
  stream: string
  files: readonly ReplayFile[]
  /** Columns of the files: those of explore. */
  columns: readonly StreamColumn[]
  lakeFolder: string
  /** How the text of the stream was read. */
  text: TextReading | null
}

/** Name of the file that a replayed row came from: its batch. */
export function batchOrigin(batch: string): string {
  return `quarantine/${batch}`
}

/** A source of mended rows: one file of rows for each batch that they came from. It has no settings and reaches nothing but those files. */
export function replayConnector(source: ReplaySource): Connector {
  const stream = { name: source.stream, columns: null, rowEstimate: null, sizeBytes: null, pieces: source.files.length, kind: 'quarantine' }
  const read = async (_request: unknown, _context: unknown, landing: Landing): Promise<ReadResult> => {
    const columns = [...source.columns]
    let [sourceRows, bytesRead] = [0, 0]
    for (const file of source.files) {
      const staged = path.join(source.lakeFolder, file.path)
      // Explore may have got columns since the rows were mended.
      const had = new Set((await landing.rows(sql`describe from read_parquet(${staged})`)).map((column) => String(column['column_name'])))
      const cells = columns.map(({ name, type }) => (had.has(name) ? id(name) : sql`null::${raw(type)} as ${id(name)}`))
      const query = sql`select ${join(cells)} from read_parquet(${staged})`
      const origin: Origin = { file: batchOrigin(file.batch), firstLine: null, lines: file.lines }
      const written = await landing.write(query, columns, origin)
      sourceRows += written.rows
      bytesRead += written.bytes
    }
    return { columns, sourceRows, bytesRead, state: null, text: source.text, warnings: [] }
  }
  const body: Body = {
    check: () => Promise.resolve([]),
    discover: () => Promise.resolve([stream]),
    preview: () => Promise.resolve({ columns: [], rows: [] }),
    open: () => Promise.resolve({ parallel: 1, read, close: () => Promise.resolve() }),
  }
  return {
    id: 'files',
    title: 'Quarantine',
    description: 'Rows that were mended in quarantine.',
    settings: z.unknown(),
    modes: ['full_append', 'merge'],
    load: () => Promise.resolve(body),
  }
}

type Body = Awaited<ReturnType<Connector['load']>>
