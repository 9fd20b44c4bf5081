import { setTimeout } from 'node:timers/promises'
import { cancelled } from './cancelled.ts'

const FIRST_MS = 500
const LONGEST_MS = 30_000

export type Wait = (ms: number, signal: AbortSignal) => Promise<void>

/**
 * Milliseconds before the next try: doubling from half a second to half a minute, of which a random half is taken off, so that many clients do not come back at once.
 * @param tries tries that failed so far, from 1
 */
export function backoffMs(tries: number, random: (bytes: number) => Uint8Array): number {
  const whole = Math.min(FIRST_MS * 2 ** (tries - 1), LONGEST_MS)
  const [high = 0, low = 0] = random(2)
  return Math.round(whole * (0.5 + (high * 256 + low) / 131_072))
}

/** Waits, or stops at once when the signal is given. @throws AtlasError `run.cancelled` */
export const waitFor: Wait = async (ms, signal) => {
  try {
    await setTimeout(ms, undefined, { signal })
  } catch {
    throw cancelled(signal)
  }
}
