import type { z } from 'zod'
import type { ConnectorId } from '../contract/pipelines.ts'
import type { Sql } from '../core/sql.ts'

/** A connector's cheap description. `load` brings the body (drivers and all) only when it is used. */
export interface Connector<Settings = unknown> {
  id: ConnectorId
  title: string
  description: string
  /** Zod schema with title, description and `secret` in meta: form, CLI flags, YAML schema, OpenAPI and docs come from it. */
  settings: z.ZodType<Settings>
  load(): Promise<ConnectorBody<Settings>>
}

export interface ConnectorBody<Settings> {
  /** Says whether the source can be read, part by part. Never throws for a source that is down: that is a failed part. */
  check(settings: Settings, context: ReadContext): Promise<CheckPart[]>
  /** The streams of the source. Throws AtlasError `file.*` or `source.*`. */
  discover(settings: Settings, context: ReadContext): Promise<Stream[]>
  /**
   * Reads one stream into the landing zone. Either the whole stream is landed (or refused row by row into quarantine) or it throws:
   * a stream cut short is never a success. Throws AtlasError `file.*`, `source.*` or `run.cancelled`.
   */
  read(settings: Settings, stream: Stream, context: ReadContext, landing: Landing): Promise<ReadResult>
}

export interface CheckPart {
  part: 'name' | 'connection' | 'tls' | 'sign_in' | 'permission' | 'object'
  ok: boolean
  detail: string
}

export interface Stream {
  name: string
  /** Columns where the source declares them; files find theirs on reading. */
  columns: StreamColumn[] | null
  /** Rows as the source states them; null when it does not. */
  rowEstimate: number | null
  sizeBytes: number | null
  /** Pieces that are read one after the other (files of a set); 1 where the whole stream is one. */
  pieces: number
}

export interface StreamColumn {
  /** Name in the source, unchanged. */
  name: string
  /** DuckDB type of the values in explore. `VARCHAR` for formats that are text. */
  type: string
}

export interface Progress {
  rows: number | null
  bytes: number | null
  /** In the unit of bytes (of rows when bytes is null); null when nobody knows. */
  total: number | null
}

/** The outside world, passed in. */
export interface ReadContext {
  signal: AbortSignal
  /** A folder of this read's own, removed afterwards. */
  scratch: string
  /** Relative paths in settings are relative to it. */
  workingFolder: string
  /** Path of an uploaded file; throws AtlasError `upload.not_found`. */
  uploadPath(uploadId: string): Promise<{ path: string; fileName: string }>
  progress(progress: Progress): void
  log(level: 'info' | 'warn', message: string): void
  fetch: typeof fetch
}

/** The DuckDB session and the lake, as a connector sees them: SQL in, immutable files out. */
export interface Landing {
  /** `append` reads only what `state` has not seen; `replace` reads everything. */
  mode: 'replace' | 'append'
  /** What the last committed read of this stream returned as `state`; null the first time. */
  state: unknown
  /** Runs SQL on this stream's own DuckDB connection. Cancelled by the context's signal. */
  run(statement: Sql): Promise<void>
  /** Runs a query and returns few rows as plain objects (bigints as bigint). Never for bulk data. */
  rows(query: Sql): Promise<Record<string, unknown>[]>
  /**
   * Writes the query's rows to a new Parquet file of the stream's explore dataset, in the query's order. `columns` are the query's columns,
   * in order. `origin` says which source file and line the rows came from, so that later refusals can name them.
   * Nothing is visible until the run commits.
   */
  write(query: Sql, columns: StreamColumn[], origin: Origin): Promise<{ rows: number; bytes: number }>
  /**
   * Refuses rows. The query returns exactly (file VARCHAR, line BIGINT, column_name VARCHAR, reason VARCHAR, row VARCHAR).
   * Kept for repair and replay.
   */
  quarantine(query: Sql): Promise<{ rows: number }>
}

/** Where the rows of one landed file came from. One landed file comes from one source file (or from one piece of it). */
export interface Origin {
  /** As shown to people: a file name or URL without credentials. Null for sources without files. */
  file: string | null
  /** Line of the first row in the source file, 1-based; null where lines mean nothing (Parquet, databases). */
  firstLine: number | null
  /** Lines between firstLine and the end that hold no landed row (refused ones), ascending. */
  skippedLines?: number[]
}

export interface ReadResult {
  /** Columns of the stream in the source's order; the same for every landed file or its superset by name. */
  columns: StreamColumn[]
  /** Rows that the source held in what was read: landed + refused. */
  sourceRows: number
  bytesRead: number
  /** Committed with the data and handed back next time. Plain JSON. */
  state: unknown
  /** How text was read, for standardising: the same values apply to all files of the stream. Null for typed sources. */
  text: TextReading | null
  /** For people: what was noticed. */
  warnings: string[]
}

export interface TextReading {
  decimal: '.' | ','
  dateOrder: 'day-first' | 'month-first' | 'iso'
}

/** Keeps the settings type of a connector. */
export function defineConnector<Settings>(connector: Connector<Settings>): Connector<Settings> {
  return connector
}
