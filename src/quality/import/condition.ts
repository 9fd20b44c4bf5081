import type { Threshold } from '../../contract/quality.ts'

/** Where a figure must lie: `min` and `max` are allowed themselves, `above` and `below` are not. */
export interface Range {
  min?: number
  max?: number
  above?: number
  below?: number
}

/** What makes a figure good: it lies in a range, or outside of one. */
export type Condition = { within: Range } | { outside: Range }

export function negated(condition: Condition): Condition {
  if ('outside' in condition) return { within: condition.outside }
  const { min, max, above, below } = condition.within
  // One limit alone turns around; two leave a range to stay out of.
  if (max === undefined && below === undefined) {
    if (above !== undefined) return { within: { max: above } }
    if (min !== undefined) return { within: { below: min } }
  }
  if (min === undefined && above === undefined) {
    if (below !== undefined) return { within: { min: below } }
    if (max !== undefined) return { within: { above: max } }
  }
  return { outside: condition.within }
}

/** The least step that a percentage is told apart by: with it "less than 5 %" can be said as "at most". */
const STEP = 1e-9

/**
 * The limit of failing rows that is the same as a condition on their number or percentage.
 * @returns null where the condition asks for failing rows, which is no limit
 */
export function toThreshold(condition: Condition, unit: 'rows' | 'percent'): Threshold | null {
  // Bad from here to there is bad from here on: what is beyond was left to a limit of its own.
  if ('outside' in condition) return justBelow(condition.outside.min, unit)
  const { min = 0, max, above, below } = condition.within
  if (min > 0 || (above !== undefined && above >= 0)) return null
  const highest = Math.min(max ?? Infinity, below === undefined ? Infinity : below - (unit === 'rows' ? 1 : STEP))
  if (!Number.isFinite(highest) || highest < 0) return null
  return unit === 'rows' ? { rows: Math.floor(highest) } : { percent: Math.min(100, highest) }
}

function justBelow(bad: number | undefined, unit: 'rows' | 'percent'): Threshold | null {
  if (bad === undefined || bad <= 0) return null
  return unit === 'rows' ? { rows: Math.ceil(bad) - 1 } : { percent: Math.min(100, bad - STEP) }
}

/**
 * The range that is the same for a figure that is never negative; null for a condition that no range is the same as.
 * @param canBeNegative false turns "not 0" into "above 0"
 */
export function toRange(condition: Condition, canBeNegative: boolean): Range | null {
  if ('within' in condition) return condition.within
  const { min, max } = condition.outside
  return !canBeNegative && min === 0 && max === 0 ? { above: 0 } : null
}

/** A comparison as it is written: `> 5`, `between 1 and 10`, `= 0`, `not between 1 and 2`, `between (0 and 5]`. Null for anything else. */
export function readComparison(text: string): { condition: Condition; percent: boolean } | null {
  const percent = /%\s*$/.test(text) || /%/.test(text)
  const plain = text
    .replaceAll('%', '')
    .replaceAll(/(?<=\d),(?=\d{3})/g, '')
    .trim()
  const number = '([-+]?\\d*\\.?\\d+(?:e[-+]?\\d+)?)'
  const between = new RegExp(`^(not\\s+)?between\\s+([\\[(])?\\s*${number}\\s+and\\s+${number}\\s*([\\])])?$`, 'i').exec(plain)
  if (between !== null) {
    const [, not, open, low, high, close] = between
    const range: Range = {
      ...(open === '(' ? { above: Number(low) } : { min: Number(low) }),
      ...(close === ')' ? { below: Number(high) } : { max: Number(high) }),
    }
    return { condition: not === undefined ? { within: range } : { outside: range }, percent }
  }
  const compared = new RegExp(`^(<=|>=|<>|!=|==|=|<|>)\\s*${number}$`).exec(plain)
  if (compared === null) return null
  return { condition: comparison(compared[1]!, Number(compared[2])), percent }
}

/** A comparison with one number as a condition. */
export function comparison(operator: string, value: number): Condition {
  if (operator === '<') return { within: { below: value } }
  if (operator === '<=') return { within: { max: value } }
  if (operator === '>') return { within: { above: value } }
  if (operator === '>=') return { within: { min: value } }
  const equal = { min: value, max: value }
  return operator === '!=' || operator === '<>' ? { outside: equal } : { within: equal }
}
