/** Numbers from 0 to below 1. */
export type Random = () => number

/** A small generator with a fixed start (Marsaglia's xorshift32), so that the same table is always judged the same. */
export function fixedRandom(seed = 0x9e3779b9): Random {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/**
 * Another text of the same shape: digits at random, and letters too unless `digitsOnly`. What a rule finds in such texts it finds by chance.
 */
export function perturb(text: string, random: Random, digitsOnly: boolean): string {
  const digits = text.replace(/[0-9]/g, () => String(Math.floor(random() * 10)))
  if (digitsOnly) return digits
  return digits.replace(/\p{L}/gu, (letter) => {
    const other = String.fromCharCode(97 + Math.floor(random() * 26))
    return letter === letter.toLowerCase() ? other : other.toUpperCase()
  })
}
