import type { Problem } from '../contract/problem.ts'

/** Which rows (or whatever `of` counts) a value speaks for. */
export interface Scope {
  rows: number
  /** Rows there are; null when nobody knows. */
  of: number | null
  how: 'full' | 'sample' | 'estimate'
  /** What is counted, in the plural; rows unless told. */
  unit?: 'runs' | 'datasets' | 'datasets with a score' | 'checks' | 'columns' | 'files' | 'streams' | 'occurrences' | 'messages'
}

/** What made a value; the receipt links to it. */
export interface Origin {
  kind: 'run' | 'check' | 'scan' | 'query'
  id: string
}

/**
 * The only thing that `<Num>` draws: a value with its receipt, or the reason why there is none. There is no way to write a default in it, so a page
 * cannot show a number that nobody measured.
 */
export type Measured<T> =
  | { s: 'ok'; v: T; asOf: string; scope: Scope; src: Origin }
  | { s: 'never' }
  | { s: 'pending'; runId: string }
  | { s: 'failed'; error: Problem; last?: Measured<T> }
  | { s: 'denied' }

/** What stands behind a set of values from one answer. */
export interface Receipt {
  asOf: string
  scope: Scope
  src: Origin
}

/** A value as measured; null and undefined mean that nobody measured it. */
export function measured<T>(value: T | null | undefined, receipt: Receipt): Measured<T> {
  return value === null || value === undefined ? { s: 'never' } : { s: 'ok', v: value, ...receipt }
}

/** The same for a value that a run is still making: pending while the run is open, never when it ended without one. */
export function measuredByRun<T>(value: T | null | undefined, run: { id: string; state: string }, receipt: Receipt): Measured<T> {
  const made = measured(value, receipt)
  return made.s === 'never' && (run.state === 'queued' || run.state === 'running') ? { s: 'pending', runId: run.id } : made
}

/** Every run, dataset, …, and their number. */
export function all(count: number, unit: NonNullable<Scope['unit']>): Scope {
  return { rows: count, of: count, how: 'full', unit }
}

/** Every row, and their number. */
export function allRows(rows: number): Scope {
  return { rows, of: rows, how: 'full' }
}
