import type { ColumnProfile } from '../../contract/datasets.ts'

/** The margin on each side, as a part of the span. */
const MARGIN = 0.1

export interface SuggestedRange {
  limits: { min?: number | string; max?: number | string }
  why: string
}

/**
 * The range of a column of numbers, days or times, with a margin. What is never negative keeps 0 as its limit; the newest day of a column that goes on
 * is no limit.
 * @returns null for other types, and where the limits are no plain numbers
 */
export function suggestedRange({ type, min, max }: Pick<ColumnProfile, 'type' | 'min' | 'max'>): SuggestedRange | null {
  if (min === null || max === null) return null
  if (type === 'DATE' || type.startsWith('TIMESTAMP')) {
    const day = /^\d{4}-\d{2}-\d{2}/.exec(min)?.[0]
    return day === undefined
      ? null
      : { limits: { min: day }, why: `The earliest is ${day}; nothing is said about the latest, which grows.` }
  }
  if (!/^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL)/.test(type)) return null
  const [low, high] = [Number(min), Number(max)]
  if (!Number.isFinite(low) || !Number.isFinite(high)) return null
  const margin = (high - low) * MARGIN
  const digits = /INT/.test(type) ? 0 : 2
  const least = low >= 0 && low - margin < 0 ? 0 : floorTo(low - margin, digits)
  const most = high <= 0 && high + margin > 0 ? 0 : -floorTo(-(high + margin), digits)
  const sign = least === 0 ? ' It is never negative.' : ''
  return {
    limits: { min: least, max: most },
    why: `Its values go from ${min} to ${max}; a tenth of the span is added on each side.${sign}`,
  }
}

function floorTo(value: number, digits: number): number {
  const factor = 10 ** digits
  return Math.floor(value * factor) / factor
}
