import type { z } from 'zod'
import type { ConnectorId, CursorRule, ReadMode, RowFilter } from '../contract/pipelines.ts'
import type { Sql } from '../core/sql.ts'

/** A connector's cheap description. `load` brings the body (drivers and all) only when it is used. */
export interface Connector<Settings = unknown> {
  id: ConnectorId
  title: string
  description: string
  /**
   * Zod schema. Every field has title and description in its meta; secrets have `secret: true`, and fields that say where secrets are sent
   * (host, address) have `destination: true`. Form, CLI flags, YAML schema, OpenAPI and docs page come from it.
   */
  settings: z.ZodType<Settings>
  /** Schema of a stream's own options (`options` of a stream rule); left out when a stream has none. */
  streamOptions?: z.ZodType
  /** Modes that its streams can be read in, the usual one first. */
  modes: readonly ReadMode[]
  /** Whether `where` of a stream rule chooses rows; left out when it cannot. */
  filters?: true
  /** What `query` of a stream rule is written in; left out when there can be none. */
  queryLanguage?: 'SQL' | 'SOQL'
  load(): Promise<ConnectorBody<Settings>>
}

export interface ConnectorBody<Settings> {
  /** Says whether the source can be read, part by part, and stops at the first that fails. Never throws for a source that is down: that is a failed part. */
  check(settings: Settings, context: ReadContext): Promise<CheckPart[]>
  /**
   * The streams of the source, or of those named in `only` (as a run asks for them; a name that is not there is left out).
   * Throws AtlasError `file.*` or `source.*`.
   */
  discover(settings: Settings, context: ReadContext, only?: readonly string[]): Promise<Stream[]>
  /** The first rows of a stream (at most 50), as text. Writes nothing. Throws AtlasError `file.*` or `source.*`. */
  preview(settings: Settings, request: ReadRequest, context: ReadContext): Promise<Preview>
  /** Opens what the reads of one run share: a snapshot, a token, a pool. Throws AtlasError `source.*`. */
  open(settings: Settings, context: ReadContext): Promise<Reader>
}

/** The reads of one run. `read` may be called for several streams at once, at most `parallel` of them. */
export interface Reader {
  parallel: number
  /**
   * Reads one stream into the landing zone. Either all that was asked for is landed (or refused row by row into quarantine) or it throws:
   * a stream cut short is never a success. Throws AtlasError `file.*`, `source.*` or `run.cancelled`.
   */
  read(request: ReadRequest, context: ReadContext, landing: Landing): Promise<ReadResult>
  close(): Promise<void>
}

/** What is to be read of one stream. */
export interface ReadRequest {
  stream: Stream
  mode: ReadMode
  /** Null for a full refresh, and for connectors that find what is new by themselves (files). */
  cursor: CursorRule | null
  /** Columns (names in the source) that identify a row; empty when none are known. */
  keys: readonly string[]
  /** Columns to read (names in the source); null for all. */
  select: readonly string[] | null
  /** Parse it with `parseFilter` of `src/core/filter.ts`. */
  where: RowFilter | null
  /** A query in the source's own language instead of the stream's table. */
  query: string | null
  /** The stream's own options, unchecked: parse them with the connector's `streamOptions`. */
  options: Readonly<Record<string, unknown>>
}

export interface CheckPart {
  part: 'name' | 'connection' | 'tls' | 'sign_in' | 'permission' | 'object'
  ok: boolean
  /** In words; where it failed with the next step. Never a secret. */
  detail: string
  durationMs?: number
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
  /** For people, where the name is technical: the label of an object, the title of a sheet. */
  title?: string
  /** table, view, sheet, object, endpoint …; `file set` unless told. */
  kind?: string
  /** Columns that the source declares as primary key, in its order. */
  primaryKey?: string[]
  /** Columns that can be the cursor, the best first. */
  cursors?: string[]
  /** Modes of this stream where they are fewer than the connector's. */
  modes?: readonly ReadMode[]
  /** More for people: custom, queryable, rows and columns of a sheet. */
  details?: Record<string, string | number | boolean | null>
}

export interface StreamColumn {
  /** Name in the source, unchanged. */
  name: string
  /** DuckDB type of the values in explore. `VARCHAR` for formats that are text. */
  type: string
  /** Type in the source's own words, where it has one. */
  sourceType?: string
  nullable?: boolean
}

export interface Preview {
  columns: { name: string; type: string }[]
  rows: (string | null)[][]
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
  /** Name of the source or pipeline: what budgets of requests are shared by. */
  source: string
  /** Path of an uploaded file; throws AtlasError `upload.not_found`. */
  uploadPath(uploadId: string): Promise<{ path: string; fileName: string }>
  progress(progress: Progress): void
  log(level: 'info' | 'warn', message: string): void
  fetch: typeof fetch
  now(): Date
  random(bytes: number): Uint8Array
  /**
   * Keeps a secret that the source has exchanged for a new one (a rotated refresh token). Durable when it resolves: call it before the new secret
   * is used. The settings of the next run hold the new one.
   */
  keepSecret(old: string, renewed: string): Promise<void>
}

/** The DuckDB session and the lake, as a connector sees them: SQL in, immutable files out. */
export interface Landing {
  mode: ReadMode
  /** What the last committed read of this stream returned as `state`; null the first time, and always for a full refresh. */
  state: unknown
  /** Runs SQL on this stream's own DuckDB connection. Cancelled by the context's signal. */
  run(statement: Sql): Promise<void>
  /** Runs a query and returns few rows as plain objects (bigints as bigint). Never for bulk data. */
  rows(query: Sql): Promise<Record<string, unknown>[]>
  /**
   * Writes the query's rows to a new Parquet file of the stream's explore dataset, in the query's order. `columns` are the query's columns,
   * in order. `origin` says which source file and line the rows came from, so that later refusals can name them.
   * Nothing is visible until the run commits. `rows` are the query's rows: those that the stream's contract refuses are counted too.
   */
  write(query: Sql, columns: StreamColumn[], origin: Origin): Promise<{ rows: number; bytes: number }>
  /**
   * As `write`, but leaves out rows that earlier runs landed already: of each set of equal rows, as many as explore holds among its rows that
   * meet `overlap` (a condition over explore's columns) are left out. So a window that was read before can be read again (ties, lookback, rows without
   * a cursor) and nothing is doubled or lost, with or without a key. Once a read, with all rows of the overlap in the one query.
   * `rows` are those not left out (as for `write`), `seen` those left out.
   */
  writeUnseen(query: Sql, columns: StreamColumn[], origin: Origin, overlap: Sql): Promise<{ rows: number; bytes: number; seen: number }>
  /**
   * Refuses rows. The query returns exactly (file VARCHAR, line BIGINT, column_name VARCHAR, reason VARCHAR, row VARCHAR).
   * Kept for repair and replay.
   */
  quarantine(query: Sql): Promise<{ rows: number }>
  /**
   * What a full refresh that was cut off had made durable: the mark of its last `checkpoint`, and the rows landed and refused until then, which
   * are part of this landing. Null when there is nothing to go on from. A connector that cannot go on from it calls `startOver` first.
   */
  resumed: { mark: unknown; rows: number; bytes: number } | null
  /** Makes all that was landed and refused so far durable, so that a later run can go on from `mark` (plain JSON) if this one is cut off. */
  checkpoint(mark: unknown): Promise<void>
  /** Forgets what was resumed or landed so far. */
  startOver(): Promise<void>
}

/** Where the rows of one landed file came from. One landed file comes from one source file (or from one piece of it). */
export interface Origin {
  /** As shown to people: a file name or URL without credentials. Null for sources without files. */
  file: string | null
  /** Line of the first row in the source file, 1-based; null where lines mean nothing (Parquet, databases). */
  firstLine: number | null
  /** Lines between firstLine and the end that hold no landed row (refused ones), ascending. */
  skippedLines?: number[]
  /** The line of each row, for rows taken from here and there; in place of the two above. */
  lines?: number[]
}

/** The origin of rows that came from no file. */
export const NO_FILE: Origin = { file: null, firstLine: null }

export interface ReadResult {
  /** Columns of the stream in the source's order; the same for every landed file or its superset by name. */
  columns: StreamColumn[]
  /** Rows that this read took from the source: landed + refused (rows resumed are among them; rows that `writeUnseen` left out are not). */
  sourceRows: number
  bytesRead: number
  /** Committed with the data and handed back next time. Plain JSON. */
  state: unknown
  /** How text was read, for standardising: the same values apply to all files of the stream. Null for typed sources. */
  text: TextReading | null
  /** For people: what was noticed. */
  warnings: string[]
  /**
   * The source's own count of what was read (seen rows included), in the same snapshot or window, where one can be had; `read` is what arrived.
   * A difference of more than `tolerance` rows blocks the run.
   */
  counted?: { rows: number; read: number; tolerance: number }
  /**
   * The source allows no more for now (or, with `because: 'failure'`, would not give a part of what was asked for). What was landed is whole up to `state` (incremental modes) or the last checkpoint (full refresh);
   * the next run goes on from there.
   */
  parked?: { detail: string; until: Date | null; because?: 'limit' | 'failure' }
  /** The cursor's value reached, for people. */
  reached?: string | null
}

export interface TextReading {
  decimal: '.' | ','
  dateOrder: 'day-first' | 'month-first' | 'iso'
}

/** Keeps the settings type of a connector. */
export function defineConnector<Settings>(connector: Connector<Settings>): Connector<Settings> {
  return connector
}
