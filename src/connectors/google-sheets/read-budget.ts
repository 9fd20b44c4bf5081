import type { Wait } from '../http/backoff.ts'

const WINDOW_MS = 60_000
const windows = new Map<string, number[]>()

/**
 * Waits until one more request fits: at most `perMinute` in any sixty seconds, counted for the source by all that read it in this process. So a small
 * spreadsheet is read at once, and a large one as fast as Google's quota of each minute allows.
 */
export async function takeRequest(
  { source, now, signal }: { source: string; now: () => Date; signal: AbortSignal },
  perMinute: number,
  wait: Wait,
): Promise<void> {
  const taken = windows.get(source) ?? []
  windows.set(source, taken)
  const nowMs = now().getTime()
  const first = taken.length < perMinute ? nowMs : Math.max(nowMs, (taken[taken.length - perMinute] ?? nowMs) + WINDOW_MS)
  // The place is taken before the wait, so that others who ask meanwhile get later ones.
  taken.push(first)
  while (taken.length > perMinute) taken.shift()
  if (first > nowMs) await wait(first - nowMs, signal)
}
