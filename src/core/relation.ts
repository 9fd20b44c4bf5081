/** A column as readers see it: stable field id, current name, current DuckDB type. */
export interface RelationColumn {
  fieldId: number
  name: string
  type: string
}

/** One committed file. Its generation names the schema it was written with: a file may be shared by several datasets. */
export interface RelationFile {
  id: string
  /** Relative to the lake folder. */
  path: string
  generation: string
  /** Field ids of the columns that stand in the file; a column of its generation that it lacks reads as NULL. */
  fieldIds: number[]
  rows: number
  sizeBytes: number
  sha256: string
  /** Where the rows came from: `{ file, firstLine, skippedLines }`; null for rows made by SQL. */
  origin: Record<string, unknown> | null
}

/** A snapshot as readers see it: pinned files, current columns, and the columns each generation was written with. */
export interface Relation {
  columns: RelationColumn[]
  files: RelationFile[]
  generations: Map<string, RelationColumn[]>
}
