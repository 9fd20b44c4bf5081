import type { Origin, StreamColumn } from '../connectors/connector.ts'
import { AtlasError } from '../core/errors.ts'
import { decideContract, type ContractDecision, type LandedColumn, type RefusedRows } from '../core/schema-contract.ts'
import { id, join, raw, sql, type Sql } from '../core/sql.ts'
import type { LakeSession } from '../lake/lake.ts'
import { scanRelation } from '../lake/relation.ts'
import type { RunContext, StreamWork } from './run-context.ts'

/** What of a query's rows is landed under the stream's contract, and what is refused. */
export interface ContractedQuery {
  query: Sql
  columns: StreamColumn[]
  /** In the form that quarantine takes; null when no row can be refused. */
  quarantined: Sql | null
  /** Rows that the contract discards; null when none can be. */
  discarded: Sql | null
}

/**
 * Applies the stream's contract to rows on their way into explore, and notes what changed.
 * @throws AtlasError `schema.frozen` naming the change
 */
export async function applyContract(
  context: RunContext,
  work: StreamWork,
  session: LakeSession,
  query: Sql,
  columns: readonly StreamColumn[],
  origin: Origin,
): Promise<ContractedQuery> {
  const { parent, rule } = work
  const emptied = await emptiedColumns(context, work, session, query, columns)
  const decision = decideContract(parent?.columns ?? null, columns, rule.contract, rule.mode, emptied)
  note(work, decision)
  if (decision.table !== null)
    work.setAside = `The stream was never read before, and its contract does not take new ones: ${decision.table === 'discard' ? 'its rows are discarded' : 'its rows are in quarantine'}.`
  if (decision.frozen !== null) {
    throw new AtlasError(
      'schema.frozen',
      `The schema of stream "${work.stream.name}" changed: ${decision.frozen}; its contract does not allow that.`,
    )
  }
  return contracted(decision, query, columns, origin)
}

/** Columns that had a value in every published row and have none in some of these. Looked up only where the contract needs it: it costs a scan. */
async function emptiedColumns(
  context: RunContext,
  work: StreamWork,
  session: LakeSession,
  query: Sql,
  columns: readonly StreamColumn[],
): Promise<Set<string>> {
  const { parent, rule } = work
  if (rule.contract.nullability === 'evolve' || parent === null || parent.rows === 0) return new Set()
  const shared = columns.map((column) => column.name).filter((name) => parent.columns.some((column) => column.name === name))
  work.alwaysFilled ??= await filled(session, sql`${scanRelation(parent, context.environment.lake.folder)}`, shared)
  const always = shared.filter((name) => work.alwaysFilled?.has(name))
  const now = await filled(session, query, always)
  return new Set(always.filter((name) => !now.has(name)))
}

/** Those of the columns that have a value in every row of the query. */
async function filled(session: LakeSession, query: Sql, columns: readonly string[]): Promise<Set<string>> {
  if (columns.length === 0) return new Set()
  const tests = join(columns.map((name, index) => sql`bool_and(${id(name)} is not null) as ${id(`c${index}`)}`))
  const [row] = await session.rows(sql`select ${tests} from (${query})`)
  return new Set(columns.filter((_, index) => row?.[`c${index}`] !== false))
}

function note(work: StreamWork, decision: ContractDecision): void {
  for (const change of decision.changes) {
    if (!work.schemaChanges.some((known) => known.kind === change.kind && known.column === change.column)) work.schemaChanges.push(change)
  }
}

function contracted(decision: ContractDecision, query: Sql, columns: readonly StreamColumn[], origin: Origin): ContractedQuery {
  const types = new Map(columns.map((column) => [column.name, column.type]))
  const landed = decision.columns.map(({ name, type }) => ({ name, type }))
  const plain = decision.refused.length === 0 && decision.table === null && decision.columns.every((column) => column.how === 'as_is')
  if (plain && landed.length === columns.length) return { query, columns: [...columns], quarantined: null, discarded: null }
  const tests = decision.refused.map((refused) => ({ refused, test: refusal(refused, types.get(refused.column) ?? 'VARCHAR') }))
  const none =
    tests.length === 0
      ? sql`true`
      : sql`not (${join(
          tests.map(({ test }) => test),
          ' or ',
        )})`
  const good = sql`select ${join(decision.columns.map((column) => cell(column, types.get(column.name) ?? 'VARCHAR')))} from (${query}) where ${
    decision.table === null ? none : sql`false`
  }`
  return {
    query: good,
    columns: landed,
    quarantined: quarantineQuery(decision, tests, query, origin),
    discarded: discardQuery(decision, tests, query),
  }
}

function cell(column: LandedColumn, from: string): Sql {
  const name = id(column.name)
  if (column.how === 'as_is' || from === column.type) return name
  if (column.how === 'json') return sql`to_json(${name}) as ${name}`
  return sql`try_cast(${name} as ${raw(column.type)}) as ${name}`
}

/** A value fits when the cast and back gives the same: `1.5` is no integer, and `007` is not 7. */
function refusal(refused: RefusedRows, from: string): Sql {
  const name = id(refused.column)
  if (refused.when === 'has_value') return sql`${name} is not null`
  if (refused.when === 'misfit')
    return sql`(${name} is not null and (try_cast(try_cast(${name} as ${raw(refused.type)}) as ${raw(from)}) is distinct from ${name}))`
  return sql`${name} is null`
}

function quarantineQuery(decision: ContractDecision, tests: { refused: RefusedRows; test: Sql }[], query: Sql, origin: Origin): Sql | null {
  const kept = tests.filter(({ refused }) => refused.outcome === 'quarantine')
  const whole = decision.table === 'quarantine'
  if (kept.length === 0 && !whole) return null
  const discards = tests.filter(({ refused }) => refused.outcome === 'discard').map(({ test }) => sql` and not coalesce(${test}, false)`)
  const pick = (what: (refused: RefusedRows) => string): Sql =>
    sql`case ${join(
      kept.map(({ refused, test }) => sql`when ${test} then ${what(refused)}`),
      ' ',
    )} end`
  const columnName = whole ? sql`null` : pick((refused) => refused.column)
  const reason = whole
    ? sql`'the stream was never read before, and its contract does not take new ones'`
    : pick((refused) => refused.reason)
  const where = whole
    ? sql`true`
    : sql`(${join(
        kept.map(({ test }) => test),
        ' or ',
      )})`
  return sql`select ${origin.file}::varchar as file, null::bigint as line, ${columnName} as column_name, ${reason} as reason, to_json(t)::varchar as "row"
    from (${query}) t where ${where}${join(discards, '')}`
}

function discardQuery(decision: ContractDecision, tests: { refused: RefusedRows; test: Sql }[], query: Sql): Sql | null {
  const discards = tests.filter(({ refused }) => refused.outcome === 'discard')
  if (decision.table === 'discard') return sql`select count(*)::bigint as n from (${query})`
  if (discards.length === 0) return null
  return sql`select count(*)::bigint as n from (${query}) where ${join(
    discards.map(({ test }) => test),
    ' or ',
  )}`
}
