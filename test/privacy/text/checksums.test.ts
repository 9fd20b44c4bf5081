import { describe, expect, it } from 'vitest'
import {
  digitsOf,
  isOneRepeated,
  lettersAndDigitsOf,
  luhn36CheckCharacter,
  passesLuhn,
  passesMod11And10,
  passesVerhoeff,
  remainder97,
  weightedSum,
} from '../../../src/privacy/text/checksums.ts'

/** Every number with its last digit replaced by each of the nine others. */
function withWrongCheckDigit(number: string): string[] {
  return [...'0123456789'].filter((digit) => !number.endsWith(digit)).map((digit) => number.slice(0, -1) + digit)
}

describe('check digit schemes accept the numbers of their standards and no other last digit', () => {
  const schemes: [string, (digits: string) => boolean, string[]][] = [
    // ISO/IEC 7812-1; Wikipedia's 17893729974; a card, an IMEI; NPI 1234567893 behind its prefix 80840 (CMS)
    ['Luhn', passesLuhn, ['17893729974', '4111111111111111', '490154203237518', '808401234567893']],
    // Verhoeff's check digit of 236 is 3, that of 12345 is 1
    ['Verhoeff', passesVerhoeff, ['2363', '123451', '1428570', '84736430954837284567892']],
    // ISO/IEC 7064: 0794 gets 5; German VAT id of the federal tax office's example, German tax id 86095742719
    ['MOD 11,10', passesMod11And10, ['07945', '136695976', '86095742719']],
    // ISO/IEC 7064: 794 gets 44
    ['MOD 97-10', (digits) => remainder97(digits) === 1, ['79444', '3214282912345698765432161182']],
  ]

  it.each(schemes.flatMap(([scheme, passes, numbers]) => numbers.map((number) => ({ scheme, passes, number }))))(
    '$scheme of $number',
    ({ passes, number }) => {
      expect(passes(number)).toBe(true)
      expect(withWrongCheckDigit(number).filter(passes)).toEqual([])
    },
  )

  it('Verhoeff finds every swap of neighbours', () => {
    const number = '84736430954837284567892'
    const swapped = [...number]
      .map(
        (_, at) =>
          number.slice(0, at) +
          number
            .slice(at, at + 2)
            .split('')
            .toReversed()
            .join('') +
          number.slice(at + 2),
      )
      .filter((other) => other !== number)
    expect(swapped.length).toBeGreaterThan(10)
    expect(swapped.filter(passesVerhoeff)).toEqual([])
  })
})

it('Modulus 97 reads letters as 10 to 35: the IBAN of the ISO 13616 example, its first four characters last', () => {
  expect(remainder97('WEST12345698765432GB82')).toBe(1)
  expect(remainder97('WEST12345698765432GB28')).not.toBe(1)
})

it("Luhn in base 36 gives the check character of the GST portal's numbers", () => {
  expect(luhn36CheckCharacter('27AAPFU0939F1Z')).toBe('V')
  expect(luhn36CheckCharacter('29AAGCB7383J1Z')).toBe('4')
})

it('A weighted sum stops at the shorter of digits and weights', () => {
  expect(weightedSum('123', [1, 10, 100])).toBe(321)
  expect(weightedSum('12', [1, 10, 100])).toBe(21)
  expect(weightedSum('1234', [1, 10])).toBe(21)
})

it('Separators are left out', () => {
  expect(digitsOf('12-34 5a.6')).toBe('123456')
  expect(lettersAndDigitsOf('gb 82-WEST.1_æ')).toBe('GB82WEST1')
})

it('One repeated character is told from a number', () => {
  expect(['', '0', '777'].every(isOneRepeated)).toBe(true)
  expect(isOneRepeated('7770')).toBe(false)
})
