/** The check digit schemes that recognizers share. All take the characters without separators, check digit included, and say nothing of the length. */

const DIHEDRAL_PRODUCT = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
]
const VERHOEFF_PERMUTATION = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
]

/** The ASCII digits of a text, in order. */
export function digitsOf(text: string): string {
  let digits = ''
  let from = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code >= 48 && code <= 57) continue
    if (index > from) digits += text.slice(from, index)
    from = index + 1
  }
  return from === 0 ? text : digits + text.slice(from)
}

/** The ASCII digits and letters of a text, in order, letters in upper case. */
export function lettersAndDigitsOf(text: string): string {
  return text.replace(/[^0-9A-Za-z]/g, '').toUpperCase()
}

/** Whether all characters are the same, as in numbers made up to fill a field. True for the empty text. */
export function isOneRepeated(text: string): boolean {
  const first = text.charCodeAt(0)
  for (let index = 1; index < text.length; index++) if (text.charCodeAt(index) !== first) return false
  return true
}

/** The sum of each digit times its weight, from the left; characters beyond the weights count nothing. */
export function weightedSum(digits: string, weights: readonly number[]): number {
  let sum = 0
  for (let index = 0; index < weights.length && index < digits.length; index++) sum += digitAt(digits, index) * (weights[index] ?? 0)
  return sum
}

/** ISO/IEC 7812-1 annex B (Luhn, modulus 10 double-add-double): the check digit is the last one. */
export function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let index = 0; index < digits.length; index++) {
    const digit = digitAt(digits, index)
    const isDoubled = (digits.length - index) % 2 === 0
    sum += isDoubled ? 2 * digit - (digit > 4 ? 9 : 0) : digit
  }
  return sum % 10 === 0
}

/** The check character that Luhn's scheme in base 36 (0–9, A–Z) gives to a text in upper case, as GSTINs carry it. */
export function luhn36CheckCharacter(text: string): string {
  let sum = 0
  for (let index = 0; index < text.length; index++) {
    const product = valueAt(text, index) * ((text.length - index) % 2 === 1 ? 2 : 1)
    sum += Math.floor(product / 36) + (product % 36)
  }
  return ((36 - (sum % 36)) % 36).toString(36).toUpperCase()
}

/** J. Verhoeff, Error Detecting Decimal Codes, 1969: dihedral group D5, the check digit is the last one. */
export function passesVerhoeff(digits: string): boolean {
  let state = 0
  for (let place = 0; place < digits.length; place++) {
    const digit = digitAt(digits, digits.length - 1 - place)
    state = digitAt(DIHEDRAL_PRODUCT[state] ?? '', digitAt(VERHOEFF_PERMUTATION[place % 8] ?? '', digit))
  }
  return state === 0
}

/**
 * The remainder by 97 of a text read as a number in which letters in upper case stand for 10 to 35: 1 for a text that passes ISO/IEC 7064 MOD 97-10.
 * Any length; other characters give nonsense.
 */
export function remainder97(text: string): number {
  let remainder = 0
  for (let index = 0; index < text.length; index++) {
    const value = valueAt(text, index)
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97
  }
  return remainder
}

/** ISO/IEC 7064 MOD 11,10 (hybrid): the check digit is the last one. */
export function passesMod11And10(digits: string): boolean {
  let product = 10
  for (let index = 0; index < digits.length - 1; index++) {
    const sum = (product + digitAt(digits, index)) % 10
    product = ((sum === 0 ? 10 : sum) * 2) % 11
  }
  return (product + digitAt(digits, digits.length - 1)) % 10 === 1
}

function digitAt(digits: string, index: number): number {
  return digits.charCodeAt(index) - 48
}

/** 0–9 for digits, 10–35 for A–Z. */
function valueAt(text: string, index: number): number {
  const code = text.charCodeAt(index)
  return code > 64 ? code - 55 : code - 48
}
