import path from 'node:path'
import type { QuarantineFilter, QuarantineState } from '../../contract/quarantine.ts'
import { join, literal, raw, sql, type Sql } from '../../core/sql.ts'
import { type QuarantineMark, readMarks } from '../../store/quarantine-marks.ts'
import { type QuarantineBatchFile, quarantineFiles } from '../../store/quarantine-queries.ts'
import type { Platform } from '../platform.ts'

/** The quarantined rows of a dataset across its batches. */
export interface QuarantineScan {
  batches: readonly QuarantineBatchFile[]
  /** (ordinal, batch, row, file, line, column_name, reason, "row", state, run_id), newest batch first by `ordinal`. */
  rows: Sql
}

const RULE_REASON = 'breaks rule '

/** The rule that a reason speaks of; null where it speaks of none. */
export function ruleOfReason(reason: string): string | null {
  return reason.startsWith(RULE_REASON) ? reason.slice(RULE_REASON.length) : null
}

/** @throws AtlasError `dataset.not_found` */
export async function scanQuarantine({ db, lake }: Pick<Platform, 'db' | 'lake'>, dataset: string): Promise<QuarantineScan> {
  const batches = await quarantineFiles(db, dataset)
  const marks = await readMarks(
    db,
    batches.map((batch) => batch.id),
  )
  return { batches, rows: scanOf(batches, marks, lake.folder) }
}

function scanOf(batches: readonly QuarantineBatchFile[], marks: readonly QuarantineMark[], folder: string): Sql {
  if (batches.length === 0) {
    return sql`(select 0 as ordinal, '' as batch, 0::bigint as "number", '' as file, 0::bigint as line, '' as column_name, '' as reason, '' as "row", '' as state, '' as run_id where false)`
  }
  const files = batches.map((batch) => path.join(folder, batch.path))
  const listed = join(batches.map((batch, index) => sql`(${index}, ${batch.id}, ${files[index] ?? ''})`))
  const came = sql`select b.ordinal, b.batch, q.file_row_number + 1 as "number", q.file, q.line, q.column_name, q.reason, q."row"
    from read_parquet([${join(files.map((file) => literal(file)))}], filename = true, file_row_number = true) q
    join (values ${listed}) as b(ordinal, batch, path) on q.filename = b.path`
  if (marks.length === 0) return sql`(select *, 'open' as state, null::varchar as run_id from (${came}))`
  const marked = join(
    marks.map((mark) => sql`(${mark.batch}, ${mark.from}::bigint, ${mark.to}::bigint, ${mark.state}, ${mark.runId}::varchar)`),
  )
  return sql`(select came.*, coalesce(m.state, 'open') as state, m.run_id from (${came}) came
    left join (values ${marked}) as m(batch, "from", "to", state, run_id)
      on m.batch = came.batch and came."number" >= m."from" and came."number" < m."to")`
}

/** Condition over the rows of a scan. */
export function conditionOf(filter: QuarantineFilter & { state?: QuarantineState | undefined }): Sql {
  const tests = [
    ...(filter.state === undefined ? [] : [sql`state = ${filter.state}`]),
    ...(filter.batch === undefined ? [] : [sql`batch = ${filter.batch}`]),
    ...(filter.reason === undefined ? [] : [sql`reason = ${filter.reason}`]),
    ...(filter.column === undefined ? [] : [sql`column_name = ${filter.column}`]),
    ...(filter.rule === undefined ? [] : [sql`reason = ${`${RULE_REASON}${filter.rule}`}`]),
    ...(filter.q === undefined ? [] : [sql`contains(lower("row"), ${filter.q.toLowerCase()})`]),
  ]
  return tests.length === 0 ? raw('true') : join(tests, ' and ')
}
