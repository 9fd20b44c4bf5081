import type { z } from 'zod'
import type { Dimension } from '../contract/quality.ts'
import { AtlasError } from '../core/errors.ts'
import type { Sql } from '../core/sql.ts'

/** A column as checks see it. */
export interface CheckedColumn {
  name: string
  /** DuckDB type. */
  type: string
}

export interface CheckScope {
  columns: readonly CheckedColumn[]
  /** The clock. */
  now: Date
  /** Rows that the source held and that did not reach the table. */
  quarantinedRows: number
  /** Dates that fit both orders of day and month. */
  ambiguousDates: number
  /** Proved expressions of this run's rules, by their text. Only what a parser has let through stands in it. */
  expressions: ReadonlyMap<string, Sql>
}

/**
 * What a check asks of the table, as SQL built from quoted identifiers. `eligible` and `failing` are boolean expressions over one row (NULL
 * counts as false, and only eligible rows can fail); all row and aggregate plans of a snapshot are one scan. A key plan groups instead. An
 * aggregate plan is about the table: where `failing` holds, every eligible row fails; `failingRows` fail in any case. A counted plan is about
 * rows that never reached the table.
 */
export type CheckPlan =
  | { kind: 'row'; eligible: Sql; failing: Sql; figures?: Record<string, Sql> }
  | { kind: 'key'; columns: string[]; expressions: Sql[] }
  | { kind: 'aggregate'; eligible: Sql; failingRows: Sql; failing: Sql; figures: Record<string, Sql>; message: string }
  | { kind: 'counted'; failing: number; figures: Record<string, number> }
  | { kind: 'unmeasurable'; message: string }

export interface Check<Options = unknown> {
  id: string
  title: string
  dimension: Dimension
  /** Formula, denominators and edge cases in words, for the docs. */
  description: string
  options: z.ZodType<Options>
  /** The column the result is listed under; null for a rule of the table. */
  column(options: Options): string | null
  /** Throws AtlasError `pipeline.unknown_column` when the options name a column that is not there, `pipeline.invalid` when they make no sense. */
  plan(options: Options, scope: CheckScope): CheckPlan
}

export function defineCheck<Options>(check: Check<Options>): Check<Options> {
  return check
}

/** The column of that name. Throws AtlasError `pipeline.unknown_column`. */
export function columnOf({ columns }: CheckScope, name: string): CheckedColumn {
  const found = columns.find((column) => column.name === name)
  if (found !== undefined) return found
  throw new AtlasError('pipeline.unknown_column', `A check names the column "${name}", which is not there.`, {
    next: `Use one of: ${columns.map((column) => column.name).join(', ')}.`,
  })
}
