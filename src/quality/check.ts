import type { z } from 'zod'
import type { Dimension } from '../contract/quality.ts'
import { AtlasError } from '../core/errors.ts'
import { raw, type Sql } from '../core/sql.ts'

/** A column as checks see it. */
export interface CheckedColumn {
  name: string
  /** DuckDB type. */
  type: string
}

/** Another table that rules compare with, at the snapshot that it has while this one is measured. */
export interface OtherTable {
  relation: Sql
  columns: readonly CheckedColumn[]
  rows: number
}

/** What a custom query answered. It ran in the confined process, before this measurement; an error is the rule's own. */
export type SqlAnswer = { failing: number; eligible: number | null } | { value: number } | { error: string }

export interface CheckScope {
  columns: readonly CheckedColumn[]
  /** The clock. */
  now: Date
  /** Rows of the table; null where they are not known before it is scanned. */
  rows: number | null
  /** When the newest rows were loaded; null for a table that is not committed yet and for one that no run loaded. */
  loadedAt: Date | null
  /** Rows that the source held and that did not reach the table. */
  quarantinedRows: number
  /** The source's own count of its rows, where it has one. */
  countedRows: number | null
  /** Dates that fit both orders of day and month. */
  ambiguousDates: number
  /** Proved expressions of this run's rules, by their text. Only what a parser has let through stands in it. */
  expressions: ReadonlyMap<string, Sql>
  /** Answers of custom queries, by the id of the rule. */
  answers: ReadonlyMap<string, SqlAnswer>
  /** Datasets that rules name, by `layer.name`. One that is not there has no published snapshot. */
  datasets: ReadonlyMap<string, OtherTable>
  /** The snapshot before this one; null for the first. */
  previous: (OtherTable & { committedAt: Date }) | null
  /** True where the text cell is a whole value of that kind of personal data (`DK_CPR`, `EMAIL_ADDRESS`); null for a kind that SQL cannot tell. */
  semanticType: (entity: string, cell: Sql) => Sql | null
}

/** What one measured figure can be. */
export type Figure = number | string | null

/** What a rule makes of its figures. `value` is what it measured; `failing` and `eligible` are rows, both 0 where rows mean nothing. */
export interface Judgement {
  value: number | null
  /** True where the rule is broken although no single row is to blame. */
  broken: boolean
  failing: number
  eligible: number
  message: string | null
  /** `warn` where what is broken deserves a warning and no more, whatever the severity of the rule; `fail` unless told. */
  level?: 'warn' | 'fail'
  /** Kept in the place of the measured figures. */
  figures?: Record<string, Figure>
}

/**
 * What a check asks of the table, as SQL built from quoted identifiers. `eligible`, `failing` and `failingRows` are boolean expressions over one
 * row (NULL counts as false, and only eligible rows can fail).
 *
 * In the shared scan:
 * - `row`: rows fail one by one.
 * - `aggregate`: where `failing` (an aggregate) holds, every eligible row fails; `failingRows` fail in any case.
 * - `measure`: aggregates that are judged afterwards. `prepare` is read before the scan and only from other tables; its one row goes into `figures`.
 *
 * In the one narrow scan that follows, all grouping rules together:
 * - `key`: every row whose key stands more than once fails. `integers` is the type of a key that is one column of whole numbers.
 * - `group`: rows are grouped by `by`; where `broken` (a boolean aggregate) holds, every eligible row of the group fails.
 * - `ordered`: as `row`, with values of neighbouring rows. `window` stands inside `over (…)`, empty for the order in which rows stand; `values` are
 *   window calls without `over`, by short names `[a-z_]+` that the expressions read through `neighbour`.
 * - `twofold`: as `row`, with expressions that need figures of the shared scan, such as a median.
 *
 * Without a scan: `counted` is about rows that never reached the table, `answered` was measured elsewhere, `unmeasurable` says why not.
 */
export type CheckPlan =
  | { kind: 'row'; eligible: Sql; failing: Sql; figures?: Record<string, Sql> }
  | { kind: 'aggregate'; eligible: Sql; failingRows: Sql; failing: Sql; figures: Record<string, Sql>; message: string }
  | {
      kind: 'measure'
      prepare?: Sql
      figures: (prepared: Record<string, Figure>) => Record<string, Sql>
      judge: (figures: Record<string, Figure>, rows: number) => Judgement
    }
  | { kind: 'key'; columns: string[]; expressions: Sql[]; integers?: string }
  | { kind: 'group'; columns: string[]; by: Sql[]; eligible: Sql; broken: Sql }
  | { kind: 'ordered'; columns: string[]; window: Sql; values: Record<string, Sql>; eligible: Sql; failing: Sql }
  | {
      kind: 'twofold'
      columns: string[]
      first: Record<string, Sql>
      second: (figures: Record<string, Figure>) => { eligible: Sql; failing: Sql; message: string | null } | { unmeasurable: string }
    }
  | { kind: 'counted'; failing: number; figures: Record<string, number> }
  | { kind: 'answered'; answer: SqlAnswer }
  | { kind: 'unmeasurable'; message: string }

/** A value of a neighbouring row, in the expressions of an `ordered` plan. */
export function neighbour(name: string): Sql {
  return raw(`atlas_${name}`)
}

export interface Check<Options = unknown> {
  id: string
  /** Other names that rules may call it by. */
  aliases?: readonly string[]
  title: string
  dimension: Dimension
  /** Formula, denominators and edge cases in words, for the docs. */
  description: string
  options: z.ZodType<Options>
  /** The column the result is listed under; null for a rule of the table. */
  column(options: Options): string | null
  /** All columns that the rule looks at, for coverage; `column` alone unless told. */
  looksAt?(options: Options): readonly string[]
  /** Throws AtlasError `pipeline.unknown_column` when the options name a column that is not there, `pipeline.invalid` when they make no sense. */
  plan(options: Options, scope: CheckScope, rule: string): CheckPlan
  /** SQL texts in the options that must be proved (`expressions`) or answered by the confined process (`query`) before `plan`. */
  userSql?(options: Options): { expressions?: readonly string[]; query?: string }
  /** Datasets that the options name, as `layer.name`. */
  datasets?(options: Options): readonly string[]
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
