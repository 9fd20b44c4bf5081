/**
 * By how much later than its time a schedule starts its run, in ms: from 0 to `seconds`, always the same for one schedule, and spread evenly over
 * many (FNV-1a over the id, with the finalizer of MurmurHash3).
 */
export function spreadDelay(scheduleId: string, seconds: number): number {
  let hash = 0x811c9dc5
  for (const character of scheduleId) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return Math.floor((((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32) * seconds * 1000)
}
