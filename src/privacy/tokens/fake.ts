import { createHmac } from 'node:crypto'
import type { Entity } from '../../contract/entities.ts'
import type { PrivacyKey } from './derive-key.ts'
import { fakeBirthDate, fakeDay } from './fake-day.ts'
import { fakeJson } from './fake-json.ts'
import { fakeNumber, type Next, sameShape } from './same-shape.ts'

// oxfmt-ignore
const FIRST_NAMES = ['Alba', 'Birk', 'Cleo', 'Dag', 'Elin', 'Finn', 'Gry', 'Hugo', 'Iris', 'Juno', 'Kaj', 'Liv', 'Milo', 'Nora', 'Otto', 'Pil', 'Rolf', 'Saga', 'Tom', 'Una']
// oxfmt-ignore
const LAST_NAMES = ['Birkelund', 'Dalby', 'Egeskov', 'Fjeldgren', 'Granholt', 'Havkvist', 'Isager', 'Klintby', 'Lyngdal', 'Mosevang', 'Nordhavn', 'Overgaard', 'Piledal', 'Ravnskov', 'Skovbæk', 'Tangmark', 'Ulvedal', 'Vestermark']

/**
 * A made-up value of the same form, the same for the same value under one key; nothing leads back from it. Cards and accounts keep good check digits,
 * e-mail addresses end in a domain that nobody has (RFC 2606), IP addresses are private or of the documentation range (RFC 3849), days and times exist.
 */
export function fakeValue(key: PrivacyKey, entity: Entity | null, text: string): string {
  const next = stream(key, `${entity ?? ''}\0${text}`)
  switch (entity) {
    case 'EMAIL_ADDRESS':
      return `${pick(FIRST_NAMES, next).toLowerCase()}.${hex(next, 10)}@example.${pick(['com', 'org', 'net'], next)}`
    case 'PERSON':
      return `${pick(FIRST_NAMES, next)} ${pick(LAST_NAMES, next)}`
    case 'IP_ADDRESS':
      return text.includes(':')
        ? `2001:db8:${Array.from({ length: 6 }, () => hex(next, 4)).join(':')}`
        : `10.${next(256)}.${next(256)}.${next(256)}`
    case 'DK_CPR':
      return fakeCpr(text, next)
    case 'CREDIT_CARD':
      return withLuhn(sameShape(text, next, 1))
    case 'IBAN_CODE':
      return withMod97(sameShape(text, next, 4))
    case 'PHONE_NUMBER':
      return sameShape(text, next, text.startsWith('+') ? 3 : 1)
    case 'DATE_OF_BIRTH':
      return fakeBirthDate(text, next)
    default:
      return fakeDay(text, next) ?? fakeNumber(text, next) ?? fakeJson(text, next) ?? sameShape(text, next, 0)
  }
}

/** Numbers out of HMAC-SHA-256 in counter mode; what is left of a division is far below what anyone could see. */
function stream(key: PrivacyKey, seed: string): Next {
  let [block, at, counter] = [Buffer.alloc(0), 0, 0]
  return (below) => {
    if (at + 4 > block.length) [block, at] = [createHmac('sha256', key.bytes).update(`${counter++}\0${seed}`).digest(), 0]
    at += 4
    return block.readUInt32BE(at - 4) % below
  }
}

function pick(words: readonly string[], next: Next): string {
  return words[next(words.length)] ?? ''
}

function hex(next: Next, digits: number): string {
  return Array.from({ length: digits }, () => next(16).toString(16)).join('')
}

/** A day between 1920 and 1999, and a number in the series of that century. */
function fakeCpr(text: string, next: Next): string {
  const day = new Date(Date.UTC(1920, 0, 1) + next(29_000) * 86_400_000)
  const two = (value: number): string => String(value % 100).padStart(2, '0')
  const date = two(day.getUTCDate()) + two(day.getUTCMonth() + 1) + two(day.getUTCFullYear())
  return `${date}${text.includes('-') ? '-' : ''}${String(next(4000)).padStart(4, '0')}`
}

/** ISO/IEC 7812-1 annex B over the digits, separators left where they are. */
function withLuhn(text: string): string {
  const digits = text.replace(/\D/g, '').slice(0, -1)
  const sum = [...digits].toReversed().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 2 : 1)
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return text.replace(/\d(?=\D*$)/, String((10 - (sum % 10)) % 10))
}

/** ISO 7064 mod 97-10 over country, check digits and account. */
function withMod97(text: string): string {
  const compact = text.replace(/[^A-Za-z0-9]/g, '').toUpperCase()
  const numbers = [...`${compact.slice(4)}${compact.slice(0, 2)}00`].map((letter) => Number.parseInt(letter, 36)).join('')
  const check = String(98 - [...numbers].reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0)).padStart(2, '0')
  let seen = 0
  return text.replace(/[A-Za-z0-9]/g, (character) => (++seen === 3 || seen === 4 ? (check[seen - 3] ?? '0') : character))
}
