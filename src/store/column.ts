import type { ColumnType as KyselyColumn } from 'kysely'

/** timestamptz: read as Date, written as Date or left to the database's clock. */
export type Time = KyselyColumn<Date, Date | undefined, Date>
export type TimeOrNull = KyselyColumn<Date | null, Date | null | undefined, Date | null>
/** bigint: node-postgres is set to return it as a number where safe, else it throws (see database.ts). */
export type Big = number
/** jsonb: written as a JSON string. */
export type Json<T> = KyselyColumn<T, string, string>

/** A column of a dataset's schema version. */
export interface SchemaColumn {
  fieldId: number
  name: string
  /** DuckDB type. */
  type: string
  /** Name in the source; null for columns made by SQL. */
  source: string | null
  /** `entity` is null where the policy names the column and nothing was found in it. */
  pii: {
    entity: string | null
    action: string
    within: 'column' | 'text'
    /** The action's parameters and the id of its key, as one text; left out where it has none. */
    detail?: string
  } | null
}
