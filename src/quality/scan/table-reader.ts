import { AtlasError } from '../../core/errors.ts'
import type { Query } from '../../core/query.ts'
import { type Sql, sql } from '../../core/sql.ts'
import type { Row } from './measured.ts'

/** Reads the measured table, and counts how often. */
export interface TableReader {
  relation: Sql
  /** One row about the whole table. */
  scan(query: (relation: Sql) => Sql): Promise<Row>
  /** The same of its first rows, which costs next to nothing. */
  probe(query: (relation: Sql) => Sql): Promise<void>
  /** Scans that began, also those that ended in an error. */
  scans(): number
}

/** One vector of DuckDB. */
const PROBED_ROWS = 2048

export function tableReader(query: Query, relation: Sql): TableReader {
  let scans = 0
  const first = sql`(select * from ${relation} limit ${PROBED_ROWS})`
  return {
    relation,
    scan: async (build) => {
      const statement = build(relation)
      try {
        scans += 1
        const [row] = await query.rows(statement)
        return row ?? {}
      } catch (error) {
        // DuckDB refused it before it read anything.
        if (error instanceof Error && /^(Binder|Parser|Catalog) Error/.test(error.message)) scans -= 1
        throw error
      }
    },
    probe: async (build) => {
      await query.rows(build(first))
    },
    scans: () => scans,
  }
}

/** An error that no rule is to blame for: cancelled, out of time, a full disk. */
export function endsEverything(error: unknown): boolean {
  return error instanceof AtlasError && error.code !== 'lake.out_of_memory'
}

/** Faults of a query itself: DuckDB finds them before it reads a cell. */
const OF_THE_QUERY = /^(?:Binder|Catalog|Parser|Not implemented) Error/
const LONGEST_FAULT = 300

/**
 * What DuckDB says of a rule that cannot run, without a cell of the table: results are shown to everybody who may read the dataset. Messages about a
 * query's own text keep their names; of all others what stands in quotes, after a colon that introduces it, and every number may be a cell.
 */
export function faultOf(error: unknown): string {
  const message = (error instanceof Error ? error.message : String(error)).split(/\n+LINE \d+:/)[0]!
  if (OF_THE_QUERY.test(message)) return message.split('\n')[0]!.replace(/'.*'/g, '‹…›').slice(0, LONGEST_FAULT)
  const [kind = ''] = /^[A-Z][\w ]* Error: /.exec(message) ?? []
  const told = message
    .slice(kind.length)
    .replace(/"[^]*"/g, '‹…›')
    .replace(/'[^]*'/g, '‹…›')
    .replace(/\b(missing|invalid|bad|unexpected|no argument|input)\b([^:]*):[^]*/i, '$1$2')
    .replace(/(?<![\w.]|[A-Z]\()-?\d[\d.,:-]*/g, '‹…›')
  return (kind + told).split('\n')[0]!.slice(0, LONGEST_FAULT)
}
