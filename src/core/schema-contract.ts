import type { ReadMode, SchemaAction, SchemaContract } from '../contract/pipelines.ts'
import { widenType } from './evolve.ts'

interface Column {
  name: string
  /** DuckDB type. */
  type: string
}

export interface SchemaDifference {
  kind: 'new_table' | 'added' | 'dropped' | 'retyped' | 'nullability'
  column: string | null
  from: string | null
  to: string | null
  /** What the contract does about it, in words. */
  action: string
  /** Readers of the dataset may notice. */
  breaking: boolean
}

/** How an incoming column is landed. `fit`: cast to the type the column has; a value that does not fit becomes NULL (its row may be refused before). */
export interface LandedColumn extends Column {
  how: 'as_is' | 'fit' | 'text' | 'json'
}

export interface RefusedRows {
  column: string
  /** has_value: the column is not NULL. misfit: the value does not fit `type` exactly. no_value: the column is NULL. */
  when: 'has_value' | 'misfit' | 'no_value'
  type: string
  outcome: 'discard' | 'quarantine'
  reason: string
}

export interface ContractDecision {
  columns: LandedColumn[]
  refused: RefusedRows[]
  /** The whole stream, which was never read before. */
  table: 'discard' | 'quarantine' | null
  changes: SchemaDifference[]
  /** What the contract does not allow at all; null when nothing. */
  frozen: string | null
}

/**
 * What a stream's contract says about the columns that came, against the columns its dataset has.
 * @param before columns of the published dataset; null when it was never published
 * @param emptied columns that had a value in every row and now have none in some; only needed when the contract does not let nullability evolve
 */
export function decideContract(
  before: readonly Column[] | null,
  incoming: readonly Column[],
  contract: SchemaContract,
  mode: ReadMode,
  emptied: ReadonlySet<string> = new Set(),
): ContractDecision {
  const decision: ContractDecision = { columns: [], refused: [], table: null, changes: [], frozen: null }
  if (before === null) return decideTable(decision, incoming, contract.newTable)
  const known = new Map(before.map((column) => [column.name, column]))
  const clash = contract.typeClash ?? (mode === 'replace' ? 'evolve' : 'quarantine')
  for (const column of incoming) {
    const had = known.get(column.name)
    if (had === undefined) decideNewColumn(decision, column, contract.newColumn)
    else decideType(decision, had, column, clash, mode)
    if (emptied.has(column.name)) decideNull(decision, column, contract.nullability)
  }
  return decision
}

/** The columns that the dataset has and that did not come. */
export function droppedColumns(before: readonly Column[], incoming: readonly Column[], mode: ReadMode): SchemaDifference[] {
  const came = new Set(incoming.map((column) => column.name))
  const action = mode === 'replace' ? 'left out' : 'kept, without values in new rows'
  return before
    .filter((column) => !came.has(column.name))
    .map((column) => ({ kind: 'dropped', column: column.name, from: column.type, to: null, action, breaking: true }))
}

function decideTable(decision: ContractDecision, incoming: readonly Column[], action: SchemaAction): ContractDecision {
  decision.columns = incoming.map((column) => ({ ...column, how: 'as_is' }))
  if (action === 'evolve') return decision
  const words = { freeze: 'refused', discard_row: 'rows discarded', discard_value: 'rows discarded', quarantine: 'rows quarantined' }[
    action
  ]
  decision.changes.push({ kind: 'new_table', column: null, from: null, to: null, action: words, breaking: false })
  if (action === 'freeze') decision.frozen = 'the stream was never read before'
  else decision.table = action === 'quarantine' ? 'quarantine' : 'discard'
  return decision
}

function decideNewColumn(decision: ContractDecision, column: Column, action: SchemaAction): void {
  const words = {
    evolve: 'added',
    freeze: 'refused',
    discard_value: 'left out',
    discard_row: 'rows with a value in it discarded',
    quarantine: 'rows with a value in it quarantined',
  }[action]
  decision.changes.push({ kind: 'added', column: column.name, from: null, to: column.type, action: words, breaking: action === 'freeze' })
  if (action === 'evolve') decision.columns.push({ ...column, how: 'as_is' })
  if (action === 'freeze') decision.frozen ??= `column "${column.name}" (${column.type}) is new`
  if (action === 'discard_row' || action === 'quarantine') {
    const reason = `the column "${column.name}" is new, and the contract of the stream does not take it`
    decision.refused.push({ column: column.name, when: 'has_value', type: column.type, outcome: outcomeOf(action), reason })
  }
}

function decideType(decision: ContractDecision, had: Column, column: Column, action: SchemaAction, mode: ReadMode): void {
  if (had.type === column.type) return void decision.columns.push({ ...column, how: 'as_is' })
  if (had.type === 'JSON') return void decision.columns.push({ name: column.name, type: 'JSON', how: 'json' })
  const wider = widenType(had.type, column.type)
  if (wider === had.type)
    return void decision.columns.push({ name: column.name, type: had.type, how: had.type === 'VARCHAR' ? 'text' : 'fit' })
  const change = { kind: 'retyped' as const, column: column.name, from: had.type, to: column.type }
  if (wider !== 'VARCHAR' && action !== 'freeze') {
    decision.changes.push({ ...change, to: wider, action: 'widened', breaking: false })
    decision.columns.push({ name: column.name, type: wider, how: 'fit' })
    return
  }
  const words = {
    evolve: mode === 'replace' ? `now ${column.type}` : 'kept as text',
    freeze: 'refused',
    discard_value: 'values that do not fit left out',
    discard_row: 'rows that do not fit discarded',
    quarantine: 'rows that do not fit quarantined',
  }[action]
  decision.changes.push({ ...change, action: words, breaking: true })
  if (action === 'freeze') decision.frozen ??= `column "${column.name}" was ${had.type} and is ${column.type}`
  if (action === 'evolve') {
    decision.columns.push(mode === 'replace' ? { ...column, how: 'as_is' } : { name: column.name, type: 'VARCHAR', how: 'text' })
    return
  }
  decision.columns.push({ name: column.name, type: had.type, how: 'fit' })
  if (action === 'discard_row' || action === 'quarantine') {
    const reason = `the column "${column.name}" is ${had.type}, and this value does not fit it`
    decision.refused.push({ column: column.name, when: 'misfit', type: had.type, outcome: outcomeOf(action), reason })
  }
}

function decideNull(decision: ContractDecision, column: Column, action: SchemaAction): void {
  const words = {
    evolve: 'may be empty now',
    discard_value: 'may be empty now',
    freeze: 'refused',
    discard_row: 'rows without a value discarded',
    quarantine: 'rows without a value quarantined',
  }[action]
  decision.changes.push({
    kind: 'nullability',
    column: column.name,
    from: 'never empty',
    to: 'empty in some rows',
    action: words,
    breaking: true,
  })
  if (action === 'freeze') decision.frozen ??= `column "${column.name}" always had a value, and some rows have none now`
  if (action === 'discard_row' || action === 'quarantine') {
    const reason = `the column "${column.name}" always had a value, and this row has none`
    decision.refused.push({ column: column.name, when: 'no_value', type: column.type, outcome: outcomeOf(action), reason })
  }
}

function outcomeOf(action: SchemaAction): 'discard' | 'quarantine' {
  return action === 'discard_row' ? 'discard' : 'quarantine'
}
