/** The fixtures' clock: every instant is some ms before it. */
export const NOW: number = Date.now()
export const MIN: number = 60_000
export const HOUR: number = 60 * MIN

export function ago(ms: number): string {
  return new Date(NOW - ms).toISOString()
}
