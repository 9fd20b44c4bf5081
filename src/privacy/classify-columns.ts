import type { Entity } from '../contract/entities.ts'
import type { PiiFinding, Policy } from '../contract/pii.ts'
import type { Query } from '../core/query.ts'
import type { Sql } from '../core/sql.ts'
import { findNamedKinds } from './named-kinds.ts'
import { isNested } from './nested.ts'
import { planSearch } from './plan-search.ts'
import { isWholeTable } from './sampling/extent.ts'
import { rareKinds } from './rare-kinds.ts'
import { judgeBeside } from './sampling/judge-beside.ts'
import { upperShare } from './sampling/miss-bound.ts'
import { judgeNested } from './sampling/nested-sample.ts'
import { sampledEntities } from './sampling/sampled-entities.ts'
import { searchColumns } from './search-columns.ts'
import type { ClassifiedColumn } from './searched-column.ts'

/** What was found in one column, before the policy says what to do about it. */
export type ColumnFinding = Omit<PiiFinding, 'action'>

export interface Examined {
  findings: ColumnFinding[]
  /** By column: the entity that every cell that is present is, as a whole. Only where a pattern has looked at each cell. */
  wholly: ReadonlyMap<string, Entity>
  /**
   * What was looked for in a part of the rows only; null where every row was looked at for everything. `crowded`: the kinds among them that are looked for in
   * every cell but where, as in some column here, too many cells can hold them.
   */
  sampled: { kinds: number; crowded: readonly Entity[]; rows: number; of: number; missBound: number } | null
}

/** What `examineColumns` finds, without what it knows beyond that. */
export async function classifyColumns(query: Query, relation: Sql, columns: readonly ClassifiedColumn[]): Promise<ColumnFinding[]> {
  return (await examineColumns(query, relation, columns)).findings
}

/**
 * Finds personal data in every column. The kinds that have a recognizer in SQL are looked for in every row: a first scan asks only what cells hold at all
 * (an `@`, a run of digits) and takes rows at random on the way; the second runs the patterns on the columns and cells that may match. Cells with the shape of a
 * rare kind (`rareKinds`) are picked out of the whole column too, and judged one by one; a kind that too many cells can hold is said to be sampled. All other kinds, and what nested values hold, are
 * looked for in the rows taken, and the bound of what can be missed is said. A column can have several findings: cells that are
 * the entity (`column`), or text that holds one (`text`). Throws what the query throws.
 * @param policy whose named kinds are looked for too
 */
export async function examineColumns(
  query: Query,
  relation: Sql,
  columns: readonly ClassifiedColumn[],
  policy: Pick<Policy, 'entities' | 'default'> = { entities: {} },
): Promise<Examined> {
  const extent = await planSearch(query, relation, columns, policy)
  const nested = columns.filter(({ type }) => isNested(type))
  const entities = sampledEntities(policy)
  const judge = judgeBeside(entities)
  const parts = await searchColumns(query, relation, columns, extent, judge)
  const exact = parts.flatMap(({ findings }) => findings)
  const sampled = [...(await judge.finish(exact)), ...(await judgeNested(query, relation, nested, extent, entities))]
  const crowded = judge.crowded().filter((entity) => entities.includes(entity))
  const inSample = entities.filter((entity) => nested.length > 0 || !rareKinds.has(entity) || crowded.includes(entity))
  const named = await findNamedKinds(query, relation, columns, [...exact, ...sampled])
  const isNamed = ({ column, entity }: ColumnFinding) => named.some((one) => one.column === column && one.entity === entity)
  const found = [...exact, ...sampled.filter((finding) => !isNamed(finding)), ...named]
  return {
    findings: columns.flatMap((column) => found.filter((finding) => finding.column === column.name)),
    wholly: new Map(parts.flatMap(({ wholly }) => [...wholly])),
    sampled: isWholeTable(extent)
      ? null
      : { kinds: inSample.length, crowded, rows: extent.wanted, of: extent.rows, missBound: upperShare(0, extent.wanted) },
  }
}
