export interface ResultColumn {
  name: string
  /** DuckDB type, e.g. `DECIMAL(18,2)`. */
  type: string
}

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue }

/** What the parent sends, once. Everything but `sql` is Atlas's own. */
export interface ChildRequest {
  kind: 'read' | 'write'
  /** The user's SELECT, already checked. */
  sql: string
  relations: { schema: string; table: string; scan: string }[]
  /** Absolute paths that the query may open, and no others. */
  files: string[]
  /** Absolute path of the new Parquet file, for `write`. */
  target: string | null
  /** Bytes the new file may have, for `write`. */
  targetBytes: number
  memoryBytes: number
  /** Absolute folder for spilling, existing and empty. */
  spillFolder: string
  spillBytes: number
  threads: number
  /** Rows to send at most, for `read`. */
  limit: number
  /** Characters of JSON to send at most, for `read`. */
  replyCharacters: number
}

/** The parent's answer to `columns` of a write: DuckDB's FIELD_IDS value, made by Atlas. */
export interface CopyOrder {
  kind: 'copy'
  fieldIds: string | null
}

export type ChildMessage =
  | { kind: 'ready' }
  | { kind: 'columns'; columns: ResultColumn[] }
  | { kind: 'rows'; rows: JsonValue[][] }
  | { kind: 'read'; truncated: boolean }
  | { kind: 'written'; rows: number; sizeBytes: number }
  | { kind: 'failed'; message: string }
