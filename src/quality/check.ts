import type { z } from 'zod'
import type { Dimension } from '../contract/quality.ts'
import type { Sql } from '../core/sql.ts'

/** A column as checks see it. */
export interface CheckedColumn {
  name: string
  /** DuckDB type. */
  type: string
}

export interface CheckScope {
  columns: CheckedColumn[]
  /** The clock, as a TIMESTAMPTZ literal's text. */
  now: Date
}

/**
 * What a check asks of the table, as SQL built from quoted identifiers. `eligible` and `failing` are boolean expressions over one row
 * (NULL counts as false); all checks of a snapshot are one scan. `distinct` instead names key columns, for rules that group.
 */
export type CheckPlan =
  | { kind: 'row'; eligible: Sql; failing: Sql; figures?: Record<string, Sql> }
  | { kind: 'key'; columns: string[] }
  | { kind: 'aggregate'; failing: Sql; figures?: Record<string, Sql>; message: string }

export interface Check<Options = unknown> {
  id: string
  title: string
  dimension: Dimension
  /** Formula, denominators and edge cases in words, for the docs. */
  description: string
  options: z.ZodType<Options>
  /** The column the result is listed under; null for a rule of the table. */
  column(options: Options): string | null
  /** Throws AtlasError `pipeline.unknown_column` when the options name a column that is not there. */
  plan(options: Options, scope: CheckScope): CheckPlan
}

export function defineCheck<Options>(check: Check<Options>): Check<Options> {
  return check
}
