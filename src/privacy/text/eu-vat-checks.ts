import { isOneRepeated, passesLuhn, passesMod11And10, remainder97, weightedSum } from './checksums.ts'

/** One member state's number after its prefix: lengths it may have, its shape, and the check digits (null where a form has none). */
export interface VatRule {
  lengths: readonly number[]
  shape: RegExp
  check: (body: string) => boolean | null
}

/** The last of the digits is what `expected` says of the others. */
function ends(body: string, expected: number): boolean {
  return Number(body.at(-1)) === expected
}

/** 11 less the remainder, which is another digit where it is 10 or 11. Where `ten` is −1 such numbers are not given. */
function complement11(sum: number, ten: number, eleven: number): number {
  const rest = 11 - (sum % 11)
  if (rest === 10) return ten
  return rest === 11 ? eleven : rest
}

/** The sum of the digit sums of each digit times 1 and 2 in turn. */
function sumOfTurns(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => {
    const product = Number(digits[index]) * weight
    return sum + Math.floor(product / 10) + (product % 10)
  }, 0)
}

function descending(from: number, to: number): number[] {
  return Array.from({ length: from - to + 1 }, (_, index) => from - index)
}

function checkBulgaria(body: string): boolean {
  if (body.length === 9) {
    const first = weightedSum(body, [1, 2, 3, 4, 5, 6, 7, 8]) % 11
    return ends(body, first < 10 ? first : (weightedSum(body, [3, 4, 5, 6, 7, 8, 9, 10]) % 11) % 10)
  }
  const person = (weightedSum(body, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10
  const foreigner = weightedSum(body, [21, 19, 17, 13, 11, 9, 7, 3, 1]) % 10
  const other = complement11(weightedSum(body, [4, 3, 2, 7, 6, 5, 4, 3, 2]), -1, 0)
  return ends(body, person) || ends(body, foreigner) || ends(body, other)
}

function checkCyprus(body: string): boolean {
  const odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21]
  const sum = Array.from(body.slice(0, 8), Number).reduce((total, digit, index) => total + (index % 2 === 0 ? (odd[digit] ?? 0) : digit), 0)
  return body.charCodeAt(8) - 65 === sum % 26
}

function checkCzechia(body: string): boolean | null {
  if (body.length === 8) return ends(body, complement11(weightedSum(body, descending(8, 2)), 0, 1))
  return body.length === 10 ? Number(body) % 11 === 0 : null
}

const DNI_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE'

function checkSpain(body: string): boolean {
  const last = body.charAt(8)
  if (/^[0-9XYZKLM]/.test(body)) {
    const digits = body
      .slice(0, 8)
      .replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter)))
      .replace(/^[KLM]/, '')
    return DNI_LETTERS.charAt(Number(digits) % 23) === last
  }
  const check = (10 - (sumOfTurns(body.slice(1, 8), [2, 1, 2, 1, 2, 1, 2]) % 10)) % 10
  return last === String(check) || last === 'JABCDEFGHI'.charAt(check)
}

/** Two digits by modulus 97 over the SIREN; keys with a letter by modulus 11. */
function checkFrance(body: string): boolean {
  const siren = body.slice(2)
  if (!siren.startsWith('000') && !passesLuhn(siren)) return false
  if (/^[0-9]{2}/.test(body)) return (12 + 3 * (Number(siren) % 97)) % 97 === Number(body.slice(0, 2))
  const alphabet = '0123456789ABCDEFGHJKLMNPQRSTUVWXYZ'
  const [first, second] = [alphabet.indexOf(body.charAt(0)), alphabet.indexOf(body.charAt(1))]
  const key = first < 10 ? first * 24 + second - 10 : first * 34 + second - 100
  return (Number(siren) + 1 + Math.floor(key / 11)) % 11 === key % 11
}

function checkIreland(body: string): boolean {
  // The form of before 2013 has a letter or sign in second place; the first digit moves to the end.
  const digits = /^[0-9]{7}/.test(body) ? body.slice(0, 7) : `0${body.slice(2, 7)}${body.charAt(0)}`
  const second = body.length === 9 && body.charAt(8) !== 'W' ? body.charCodeAt(8) - 64 : 0
  return 'WABCDEFGHIJKLMNOPQRSTUV'.charAt((weightedSum(digits, descending(8, 2)) + 9 * second) % 23) === body.charAt(7)
}

function checkLithuania(body: string): boolean {
  const places = Array.from({ length: body.length - 1 }, (_, index) => index)
  const first =
    weightedSum(
      body,
      places.map((place) => (place % 9) + 1),
    ) % 11
  return ends(
    body,
    first < 10
      ? first
      : (weightedSum(
          body,
          places.map((place) => ((place + 2) % 9) + 1),
        ) %
          11) %
          10,
  )
}

function checkLatvia(body: string): boolean | null {
  // Persons: the older form holds the birth date, the newer begins with 32; neither is checked by a published rule.
  if (/^[0-3]/.test(body)) return null
  const rest = 3 - (weightedSum(body, [9, 1, 4, 8, 3, 10, 2, 5, 7, 6]) % 11)
  return rest !== -1 && ends(body, rest < -1 ? rest + 11 : rest)
}

function checkNetherlands(body: string): boolean {
  const digits = body.slice(0, 9)
  return weightedSum(digits, [...descending(9, 2), -1]) % 11 === 0 || remainder97(`NL${body}`) === 1
}

const NINE_WEIGHTS = descending(9, 2)

/** The numbers of the member states by prefix, and of Northern Ireland (XI). */
export const vatRules: ReadonlyMap<string, VatRule> = new Map<string, VatRule>([
  [
    'AT',
    {
      lengths: [9],
      shape: /^U[0-9]{8}$/,
      check: (body) => ends(body, (10 - ((sumOfTurns(body.slice(1), [1, 2, 1, 2, 1, 2, 1]) + 4) % 10)) % 10),
    },
  ],
  ['BE', { lengths: [10], shape: /^[01][0-9]{9}$/, check: (body) => 97 - (Number(body.slice(0, 8)) % 97) === Number(body.slice(8)) }],
  ['BG', { lengths: [10, 9], shape: /^[0-9]{9,10}$/, check: checkBulgaria }],
  ['CY', { lengths: [9], shape: /^(?!12)[0-9]{8}[A-Z]$/, check: checkCyprus }],
  ['CZ', { lengths: [10, 9, 8], shape: /^(?:[0-8][0-9]{7}|[0-9]{9,10})$/, check: checkCzechia }],
  ['DE', { lengths: [9], shape: /^[1-9][0-9]{8}$/, check: passesMod11And10 }],
  ['DK', { lengths: [8], shape: /^[1-9][0-9]{7}$/, check: (body) => weightedSum(body, [2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0 }],
  [
    'EE',
    { lengths: [9], shape: /^10[0-9]{7}$/, check: (body) => ends(body, (10 - (weightedSum(body, [3, 7, 1, 3, 7, 1, 3, 7]) % 10)) % 10) },
  ],
  [
    'EL',
    { lengths: [9], shape: /^[0-9]{9}$/, check: (body) => ends(body, (weightedSum(body, [256, 128, 64, 32, 16, 8, 4, 2]) % 11) % 10) },
  ],
  ['ES', { lengths: [9], shape: /^(?:[0-9XYZKLM][0-9]{7}[A-Z]|[A-HJNP-SUVW][0-9]{7}[0-9A-J])$/, check: checkSpain }],
  [
    'FI',
    { lengths: [8], shape: /^[0-9]{8}$/, check: (body) => ends(body, complement11(weightedSum(body, [7, 9, 10, 5, 8, 4, 2]), -1, 0)) },
  ],
  ['FR', { lengths: [11], shape: /^[0-9A-HJ-NP-Z]{2}[0-9]{9}$/, check: checkFrance }],
  ['HR', { lengths: [11], shape: /^[0-9]{11}$/, check: passesMod11And10 }],
  [
    'HU',
    { lengths: [8], shape: /^[1-9][0-9]{7}$/, check: (body) => ends(body, (10 - (weightedSum(body, [9, 7, 3, 1, 9, 7, 3]) % 10)) % 10) },
  ],
  ['IE', { lengths: [9, 8], shape: /^(?:[0-9]{7}[A-W][A-IW]?|[0-9][A-Z][0-9]{5}[A-W])$/, check: checkIreland }],
  ['IT', { lengths: [11], shape: /^[0-9]{7}(?:0[0-9]{2}|100|12[01]|888|999)[0-9]$/, check: passesLuhn }],
  ['LT', { lengths: [12, 9], shape: /^(?:[0-9]{7}1[0-9]|[0-9]{10}1[0-9])$/, check: checkLithuania }],
  ['LU', { lengths: [8], shape: /^[0-9]{8}$/, check: (body) => Number(body.slice(0, 6)) % 89 === Number(body.slice(6)) }],
  ['LV', { lengths: [11], shape: /^[0-9]{11}$/, check: checkLatvia }],
  [
    'MT',
    {
      lengths: [8],
      shape: /^[1-9][0-9]{7}$/,
      check: (body) => 37 - (weightedSum(body, [3, 4, 6, 7, 8, 9]) % 37) === Number(body.slice(6)),
    },
  ],
  ['NL', { lengths: [12], shape: /^[0-9]{9}B[0-9]{2}$/, check: checkNetherlands }],
  ['PL', { lengths: [10], shape: /^[0-9]{10}$/, check: (body) => ends(body, weightedSum(body, [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11) }],
  ['PT', { lengths: [9], shape: /^[1-9][0-9]{8}$/, check: (body) => ends(body, complement11(weightedSum(body, NINE_WEIGHTS), 0, 0)) }],
  [
    'RO',
    {
      lengths: [10, 9, 8, 7, 6],
      shape: /^[1-9][0-9]{5,9}$/,
      check: (body) => ends(body, ((weightedSum(body.padStart(10, '0'), [7, 5, 3, 2, 1, 7, 5, 3, 2]) * 10) % 11) % 10),
    },
  ],
  ['SE', { lengths: [12], shape: /^[0-9]{10}(?:0[1-9]|[1-8][0-9]|9[0-4])$/, check: (body) => passesLuhn(body.slice(0, 10)) }],
  ['SI', { lengths: [8], shape: /^[1-9][0-9]{7}$/, check: (body) => ends(body, complement11(weightedSum(body, descending(8, 2)), 0, -1)) }],
  ['SK', { lengths: [10], shape: /^[1-9][0-9][234789][0-9]{7}$/, check: (body) => Number(body) % 11 === 0 }],
  ['XI', { lengths: [12, 9], shape: /^[0-9]{9}(?:[0-9]{3})?$/, check: checkNorthernIreland }],
])

/** HM Revenue: the sum with weights 8 to 2 and the two check digits is a multiple of 97, or 55 short of one. */
function checkNorthernIreland(body: string): boolean {
  const sum = weightedSum(body, descending(8, 2)) + Number(body.slice(7, 9))
  return sum % 97 === 0 || (sum + 55) % 97 === 0
}

/** Whether the body of a VAT number is one of the rule's; null where its form has no check digit. */
export function checkVat(rule: VatRule, body: string): boolean | null {
  return rule.shape.test(body) && !isOneRepeated(body) ? rule.check(body) : false
}
