import type { Sql } from './sql.ts'

/** The slice of a DuckDB session that rules need: SQL in, few rows out (bigints as bigint). Never for bulk data. */
export interface Query {
  rows(query: Sql): Promise<Record<string, unknown>[]>
}
