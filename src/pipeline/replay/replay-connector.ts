import path from 'node:path'
import { z } from 'zod'
import type { Connector, Origin, ReadResult, StreamColumn, TextReading } from '../../connectors/connector.ts'
import { id, join, sql } from '../../core/sql.ts'
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
  const read = async (
    _request: unknown,
    _context: unknown,
    landing: Parameters<Awaited<ReturnType<Body['open']>>['read']>[2],
  ): Promise<ReadResult> => {
    const columns = [...source.columns]
    let [sourceRows, bytesRead] = [0, 0]
    for (const file of source.files) {
      const names = join(columns.map(({ name }) => id(name)))
      const query = sql`select ${names} from read_parquet(${path.join(source.lakeFolder, file.path)})`
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
