import type { Policy } from '../contract/pii.ts'
import type { Query } from '../core/query.ts'
import { id, join, raw, sql, type Sql } from '../core/sql.ts'
import { examineColumns, type ColumnFinding } from './classify-columns.ts'
import { SAMPLE_ROWS } from './sampling/column-sample.ts'
import { missBound, upperShare } from './sampling/miss-bound.ts'
import { takenAtRandom } from './sampling/extent.ts'
import type { ClassifiedColumn } from './searched-column.ts'

export interface SampledTable {
  findings: ColumnFinding[]
  /** Rows looked at. */
  rows: number
  of: number
  /** Share of rows that may hold a kind of which nothing was seen, at most, with 95 % confidence; 0 where every row was looked at. */
  missBound: number
}

/**
 * What the columns of a table hold, by rows taken at random: for a first look at something large. A run looks at every row for the kinds that SQL can find
 * (`examineColumns`). Throws what the query throws.
 * @param query a session that may make a temporary table
 */
export async function classifySample(
  query: Query,
  relation: Sql,
  columns: readonly ClassifiedColumn[],
  policy: Pick<Policy, 'entities'> = { entities: {} },
): Promise<SampledTable> {
  const [row = {}] = await query.rows(sql`select count(*) as n from ${relation}`)
  const of = Number(row['n'])
  const isAll = of <= SAMPLE_ROWS
  const names = join(columns.map(({ name }) => id(name)))
  const taken = takenAtRandom({ rows: of, wanted: Math.min(of, SAMPLE_ROWS) })
  const table = raw('temp.atlas_classified_sample')
  await query.rows(sql`create or replace temp table atlas_classified_sample as select ${names} from ${relation} where ${taken}`)
  try {
    const { findings } = await examineColumns(query, table, columns, policy)
    const [sample = {}] = await query.rows(sql`select count(*) as n from ${table}`)
    const rows = Number(sample['n'])
    return {
      findings: findings.map((finding) => (isAll ? finding : ofSample(finding, of))),
      rows,
      of: isAll ? rows : of,
      missBound: isAll ? 0 : upperShare(0, rows),
    }
  } finally {
    await query.rows(sql`drop table if exists ${table}`)
  }
}

function ofSample(finding: ColumnFinding, of: number): ColumnFinding {
  return { ...finding, sampled: { rows: finding.rows, of, missBound: missBound(finding.matches, finding.rows) } }
}
