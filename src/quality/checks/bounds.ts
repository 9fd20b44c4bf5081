import { AtlasError } from '../../core/errors.ts'
import type { Judgement } from '../check.ts'

/** Limits of a figure: `min` and `max` are allowed themselves, `above` and `below` are not. */
export interface Bounds {
  min?: number | undefined
  max?: number | undefined
  above?: number | undefined
  below?: number | undefined
}

/** Throws AtlasError `pipeline.invalid` where there is no limit at all, or none that a number could keep. */
export function assertBounds(what: string, { min, max, above, below }: Bounds): void {
  const low = Math.max(min ?? -Infinity, above ?? -Infinity)
  const high = Math.min(max ?? Infinity, below ?? Infinity)
  if (low === -Infinity && high === Infinity)
    throw new AtlasError('pipeline.invalid', `${what} has no limit.`, { next: 'Give min, max, above or below.' })
  const isOpen = above === low || below === high
  if (low > high || (low === high && isOpen))
    throw new AtlasError('pipeline.invalid', `${what} can never lie ${inWords({ min, max, above, below })}.`, {
      next: 'Put the smaller limit first.',
    })
}

export function isWithin(value: number, { min, max, above, below }: Bounds): boolean {
  return !(
    (min !== undefined && value < min) ||
    (max !== undefined && value > max) ||
    (above !== undefined && value <= above) ||
    (below !== undefined && value >= below)
  )
}

/** `between 1 and 5`, `above 0`. */
export function inWords({ min, max, above, below }: Bounds): string {
  if (min !== undefined && min === max) return `at exactly ${min}`
  if (min !== undefined && max !== undefined && above === undefined && below === undefined) return `between ${min} and ${max}`
  const parts = [
    min === undefined ? [] : [`at ${min} or more`],
    above === undefined ? [] : [`above ${above}`],
    max === undefined ? [] : [`at ${max} or less`],
    below === undefined ? [] : [`below ${below}`],
  ]
  return parts.flat().join(' and ')
}

/** A figure of the whole table: no row is to blame, so none is counted. Null is nothing measured, for the reason given. */
export function judgeFigure(what: string, value: number | null, bounds: Bounds, whyNone: string): Judgement {
  if (value === null) return nothingMeasured(whyNone)
  const broken = !isWithin(value, bounds)
  return { value, broken, failing: 0, eligible: 0, message: broken ? `${what} is ${value}, expected ${inWords(bounds)}.` : null }
}

/** Neither passed nor failed; nothing that was counted on the way is kept. */
export function nothingMeasured(message: string): Judgement {
  return { value: null, broken: false, failing: 0, eligible: 0, message, figures: {} }
}

/** A number as the scan gives it; null where it gave none. */
export function toNumber(figure: unknown): number | null {
  if (figure === null || figure === undefined || figure === '') return null
  const number = Number(figure)
  return Number.isFinite(number) ? number : null
}
