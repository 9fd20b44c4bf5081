import type { Figure } from '../check.ts'

/** A cell of an answer as a figure: numbers that are finite, dates in ISO 8601, lists and structs as JSON, everything else as text. */
export function toFigure(value: unknown): Figure {
  if (value === null || value === undefined) return null
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'object') return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? Number(part) : part))
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Aggregates by name, as `figure_0`, `figure_1`, … of a rule: their names come back with `readFigures`. */
export function figureName(prefix: string, index: number, place: number): string {
  return `${prefix}figure_${index}_${place}`
}

/** The figures of a rule out of an answer. @param names in the order in which they were asked for */
export function readFigures(row: Record<string, unknown>, prefix: string, index: number, names: readonly string[]): Record<string, Figure> {
  return Object.fromEntries(names.map((name, place) => [name, toFigure(row[figureName(prefix, index, place)])]))
}
