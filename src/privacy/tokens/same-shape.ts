/** Numbers from 0 to below what is asked. */
export type Next = (below: number) => number

const LOWER = 'abcdefghijklmnopqrstuvwxyz'

/** Digits become digits and letters letters of the same case; the first `keep` letters and digits, and all signs, stay. */
export function sameShape(text: string, next: Next, keep: number): string {
  let seen = 0
  return text.replace(/[\p{L}\p{N}]/gu, (character) => {
    if (seen++ < keep) return character
    if (/\p{N}/u.test(character)) return String(next(10))
    const letter = LOWER[next(26)] ?? 'x'
    return character === character.toLowerCase() ? letter : letter.toUpperCase()
  })
}

/** As many digits before and after the point; null where it is no number that begins with another digit than 0. */
export function fakeNumber(text: string, next: Next): string | null {
  const [, sign, rest] = /^(-?)[1-9](\d*(?:\.\d+)?)$/.exec(text) ?? []
  return rest === undefined ? null : `${sign}${1 + next(9)}${sameShape(rest, next, 0)}`
}
