const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/**
 * A new opaque id such as `r_0k3v9x2m7q4a`: prefix, time (so that ids sort by creation) and 40 random bits.
 * @param random returns that many random bytes
 */
export function newId(prefix: string, now: number, random: (bytes: number) => Uint8Array): string {
  let time = ''
  for (let rest = now, n = 0; n < 9; n++, rest = Math.floor(rest / 32)) time = ALPHABET.charAt(rest % 32) + time
  const tail = Array.from(random(8), (byte) => ALPHABET.charAt(byte % 32)).join('')
  return `${prefix}_${time}${tail}`
}
