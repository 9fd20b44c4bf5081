import type { Dimension } from '../../contract/quality.ts'
import type { Query } from '../../core/query.ts'
import type { PlannedRule } from '../plan-rules.ts'
import { type Found, finishRule } from '../scan/finish-rule.ts'
import { type Measured, NOTHING } from '../scan/measured.ts'
import type { NarrowItem } from '../scan/narrow-item.ts'
import { type SharedAnswer } from '../scan/shared-scan.ts'
import { endsEverything } from '../scan/table-reader.ts'
import { isEmptyColumn } from '../to-result.ts'
import type { FileState, StateKey, StateStore, TablePart } from './file-state.ts'
import { measureFile } from './measure-file.ts'
import { CHOSEN, dimensionFingerprint, fingerprintOf, mergeableRule, type MergeableRule } from './mergeable-rule.ts'

/** The files of a table, and what is known of them. */
export interface TableParts {
  files: readonly TablePart[]
  store: StateStore
}

/** What was told from states. */
export interface Merged {
  measured: Map<number, Measured>
  broken: Partial<Record<Dimension, number>>
  rows: number
  /** Rows of the files that were looked at. */
  scannedRows: number
}

/**
 * Measures what can be told from the files one by one, and looks only at the files that are not known yet. A file that a snapshot no longer has
 * counts for nothing, since states are put together anew from the files that are there. What cannot be told this way is left out.
 * @param isSteady false for a rule whose question changes with the clock
 */
export async function scanParts(
  query: Query,
  rules: readonly PlannedRule[],
  { files, store }: TableParts,
  prefix: string,
  isSteady: (index: number) => boolean,
): Promise<Merged> {
  const nothing: Merged = { measured: new Map(), broken: {}, rows: 0, scannedRows: 0 }
  const mergeables = mergeableRules(rules, isSteady)
  if (mergeables.length === 0 || files.length === 0) return nothing
  try {
    const known = await knownStates(query, files, store, mergeables, prefix)
    return merge(mergeables, rules, files, known)
  } catch (error) {
    if (endsEverything(error)) throw error
    // A rule broke a query: the whole table is looked at, where the faulty one is found.
    return nothing
  }
}

/** Rules of one dimension that test rows merge together or not at all: who breaks any of them is counted once. */
function mergeableRules(rules: readonly PlannedRule[], isSteady: (index: number) => boolean): MergeableRule[] {
  const found = rules.map((rule, index) => (isSteady(index) ? mergeableRule({ rule, index }) : null))
  const testsRows = ({ plan }: PlannedRule): boolean => plan.kind === 'row' || plan.kind === 'aggregate' || plan.kind === 'twofold'
  const open = new Set(rules.flatMap((rule, index) => (testsRows(rule) && found[index] === null ? [rule.dimension] : [])))
  return found.filter((rule) => rule !== null).filter(({ test }) => test === null || !open.has(test.dimension))
}

type Known = Map<string, FileState>
const keyOf = ({ file, fingerprint }: StateKey): string => `${file} ${fingerprint}`

/** What each file must be known by: one state for each rule and one for each dimension. */
function fingerprints(rules: readonly MergeableRule[], { schema }: TablePart): { ofRule: string[]; ofDimension: [Dimension, string][] } {
  const tests = Map.groupBy(
    rules.filter(({ test }) => test !== null),
    ({ rule }) => rule.dimension,
  )
  return {
    ofRule: rules.map(({ fingerprint }) => fingerprintOf([fingerprint, schema])),
    ofDimension: [...tests].map(([dimension, all]) => [dimension, fingerprintOf([dimensionFingerprint(dimension, all), schema])]),
  }
}

async function knownStates(
  query: Query,
  files: readonly TablePart[],
  store: StateStore,
  rules: readonly MergeableRule[],
  prefix: string,
): Promise<{ known: Known; scannedRows: number }> {
  const asked = new Map(files.map((file) => [file.id, fingerprints(rules, file)]))
  const wanted = [
    ...new Set([...asked.values()].flatMap(({ ofRule, ofDimension }) => [...ofRule, ...ofDimension.map(([, print]) => print)])),
  ]
  const loaded = await store.load(
    files.map(({ id }) => id),
    wanted,
  )
  const known: Known = new Map(loaded.map((one) => [keyOf(one), one.state]))
  let scannedRows = 0
  for (const file of files) {
    const { ofRule, ofDimension } = asked.get(file.id)!
    const isKnown = [...ofRule, ...ofDimension.map(([, print]) => print)].every((print) =>
      known.has(keyOf({ file: file.id, fingerprint: print })),
    )
    if (isKnown) continue
    const { rules: found, broken } = await measureFile(query, file, rules, prefix)
    scannedRows += file.rows
    const made = [
      ...rules.flatMap(({ index }, place) => (found.has(index) ? [{ fingerprint: ofRule[place]!, state: found.get(index)! }] : [])),
      ...ofDimension.map(([dimension, fingerprint]) => ({
        fingerprint,
        state: { eligible: 0, failing: broken[dimension] ?? 0, figures: [] },
      })),
    ].map((one) => ({ file: file.id, ...one }))
    for (const one of made) known.set(keyOf(one), one.state)
    await store.save(made)
  }
  return { known, scannedRows }
}

/** Rules and dimensions out of the states of all files; a rule that a file says nothing of, and one whose column is empty, is left out. */
function merge(
  mergeables: readonly MergeableRule[],
  rules: readonly PlannedRule[],
  files: readonly TablePart[],
  { known, scannedRows }: { known: Known; scannedRows: number },
): Merged {
  const rows = files.reduce((sum, file) => sum + file.rows, 0)
  const prints = new Map(files.map((file) => [file.id, fingerprints(mergeables, file)]))
  const stateOf = (file: TablePart, fingerprint: string): FileState | undefined => known.get(keyOf({ file: file.id, fingerprint }))
  const measured = new Map<number, Measured>()
  for (const [place, rule] of mergeables.entries()) {
    const states = files.flatMap((file) => stateOf(file, prints.get(file.id)!.ofRule[place]!) ?? [])
    if (states.length === files.length) measured.set(rule.index, measuredOf(rule, states, rows))
  }
  const broken: Merged['broken'] = {}
  for (const [place, [dimension]] of (prints.get(files[0]!.id)?.ofDimension ?? []).entries())
    broken[dimension] = files.reduce((sum, file) => sum + (stateOf(file, prints.get(file.id)!.ofDimension[place]![1])?.failing ?? 0), 0)
  // A dimension is told from states whole or not at all.
  const open = new Set(
    mergeables
      .filter(({ index, rule, test }) => test !== null && (!measured.has(index) || isEmptyColumn(rule, measured.get(index) ?? NOTHING)))
      .map(({ rule }) => rule.dimension),
  )
  for (const dimension of open) delete broken[dimension]
  for (const { index, test } of mergeables) if (test !== null && open.has(rules[index]!.dimension)) measured.delete(index)
  return { measured, broken, rows, scannedRows }
}

function measuredOf(rule: MergeableRule, states: readonly FileState[], rows: number): Measured {
  const { index, aggregates } = rule
  const add = (part: 'eligible' | 'failing'): number => states.reduce((sum, state) => sum + state[part], 0)
  const merged = aggregates.map(
    ([name, { merge: together }], place) => [name, together(states.map((state) => state.figures[place]!))] as const,
  )
  const { [CHOSEN]: chosen, ...figures } = Object.fromEntries(merged)
  const answers = new Map<number, SharedAnswer>([[index, { eligible: add('eligible'), failing: add('failing'), figures }]])
  const items: NarrowItem[] = chosen === undefined ? [] : [{ index, read: () => ({ eligible: Number(chosen) }) }]
  const plan = { items, recount: { dimensions: new Set<Dimension>(), tests: [] }, messages: new Map(), unmeasurable: new Map() }
  const found: Found = { rows, answers, plan, row: {}, errors: new Map(), prefix: '' }
  return finishRule(rule, found)
}
