import type { Dimension } from '../../contract/quality.ts'
import type { Figure } from '../check.ts'
import type { PlannedRule } from '../plan-rules.ts'

/** What was counted for one rule. */
export interface Measured {
  eligible: number
  failing: number
  figures: Record<string, Figure>
  /** What was measured where that is not rows. */
  value: number | null
  /** True where the rule is broken although no single row is to blame. */
  isBroken: boolean
  /** True where being broken deserves a warning and no more. */
  warnsOnly: boolean
  /** What the outcome means, for a rule that does not pass. */
  message: string | null
  /** Set where the rule could not run. */
  error: string | null
  /** Set where the rule was not asked: why. */
  notRun: string | null
  /** Set where only a sample was looked at: its rows, and the 95 % interval of the share of failing rows. */
  sample: { rows: number; low: number; high: number } | null
  /** Set with `sample`: the 95 % interval of the failing rows of the whole table. */
  failingRows: { low: number; high: number } | null
}

export const NOTHING: Measured = {
  eligible: 0,
  failing: 0,
  figures: {},
  value: null,
  isBroken: false,
  warnsOnly: false,
  message: null,
  error: null,
  notRun: null,
  sample: null,
  failingRows: null,
}

export interface Scan {
  rows: number
  /** In the order of the rules. */
  measured: Measured[]
  /** Rows that break at least one rule of the dimension that judges single rows: `row`, `aggregate` and `twofold` plans. */
  broken: Partial<Record<Dimension, number>>
  /** Times that the table was read. */
  scans: number
  /** Rows read from the table, all scans together. */
  scannedRows: number
}

/** A rule with its place among all rules. */
export interface Candidate {
  rule: PlannedRule
  index: number
}

/** One row of a query's answer. */
export type Row = Record<string, unknown>
