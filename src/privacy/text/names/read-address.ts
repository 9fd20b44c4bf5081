import { addressReading } from './address-reading.ts'
import { COLON, COMMA, DOT, HASH, SPACE } from './characters.ts'
import { houseEnd, isHouse } from './house-number.ts'
import type { Reading } from './name-finding.ts'
import { readTail } from './read-address-tail.ts'
import { isStreetWord, leadNamesEnd, streetStart } from './street-names.ts'
import { digitsAt, isSentenceStart, wordAt } from './surroundings.ts'
import type { Tokens } from './tokens.ts'
import { ANY_COMMON, ANY_GIVEN, ANY_PLACE, ANY_SURNAME, CALENDAR, FUNCTION, PLACE_LEAD, STREET_LEAD } from './word-kinds.ts'
import { LOWER, NUMBER } from './word-shapes.ts'
import { WordSet } from './word-set.ts'

const SIGN = /^n[or\u00ba\u00b0]$/i
/** Ends of names of streets that no word of every day has: enough without a house number. */
const STREET_ALONE = /(?:gade|gaden|vej|vejen|vænget|stræde|allé|alléen|boulevarden|gatan|vägen|gränd|straat|gracht)$/

/** What a post-office box begins with; after the first two, "box" follows. */
const BOX = new WordSet('p po postboks postbox postfach box pmb')

/** An address that begins with the street's name, `index` to `end` capitalised words: Nørre Farimagsgade 12A, Via Roma 5, Hauptstr. 7; null when none does. */
export function readStreetFirst(t: Tokens, index: number, end: number): Reading | null {
  if ((t.kindsOf(index) & STREET_LEAD) !== 0) {
    const namesEnd = Math.max(leadNamesEnd(t, index + 1), index + 1)
    const comma = ((t.gap[namesEnd] ?? 0) & ~(SPACE | COMMA)) === 0
    const house = comma && namesEnd > index + 1 ? houseEnd(t, namesEnd) : namesEnd
    if (house > namesEnd) return addressReading(t, index, house, 0.75, 'street and house number')
    const afterSign = namesEnd > index + 1 ? signedHouse(t, index, namesEnd) : null
    if (afterSign !== null) return readSigned(t, index, afterSign)
  }
  const gap = t.gap[end] ?? 0
  if (end >= t.count) return null
  const afterSign = signedHouse(t, index, end)
  if (afterSign !== null) return readSigned(t, index, afterSign)
  if ((gap & ~(SPACE | DOT | COMMA)) !== 0 || !isHouse(t, end)) return null
  const lead = leadBefore(t, index)
  if (gap === SPACE && lead < index && (t.listedKinds(lead) & (ANY_COMMON | PLACE_LEAD)) === 0 && wordAt(t, lead).length > 1)
    return addressReading(t, lead, houseEnd(t, end), 0.6, 'street and house number')
  const isStreet = isStreetWord(t, end - 1)
  if (((gap & ~(SPACE | DOT)) !== 0 && !((gap & ~(SPACE | COMMA)) === 0 && isStreet)) || gap === 0) return null
  const house = houseEnd(t, end)
  if (house === end) return null
  if ((gap & (DOT | COMMA)) !== 0 && !isStreet) return null
  if (isStreet) return addressReading(t, leadBefore(t, streetStart(t, index, end)), house, 0.75, 'street and house number')
  return readByLocality(t, index, end, house)
}

interface SignedHouse {
  /** The word after the street's name. */
  street: number
  /** The word after the house number. */
  house: number
}

/** "Jl. Sudirman No. 45", "Str. Eminescu nr. 20", "Calle 100 # 19-61": a sign stands before the house number; null when none does. */
function signedHouse(t: Tokens, index: number, end: number): SignedHouse | null {
  if (t.shape[end] === LOWER) return isSign(t, end) ? signed(t, end, end + 1) : null
  if (t.shape[end] === NUMBER && (t.kindsOf(index) & STREET_LEAD) !== 0 && end === index + 1) {
    if (((t.gap[end + 1] ?? 0) & HASH) !== 0) return signed(t, end + 1, end + 1)
    return isSign(t, end + 1) ? signed(t, end + 1, end + 2) : null
  }
  return end > index + 1 && isSign(t, end - 1) ? signed(t, end - 1, end) : null
}

function signed(t: Tokens, street: number, number: number): SignedHouse | null {
  const house = ((t.gap[number] ?? 0) & ~(SPACE | DOT | COLON | HASH)) === 0 ? houseEnd(t, number) : number
  return house > number ? { street, house } : null
}

/** No, Nr, nº. */
function isSign(t: Tokens, index: number): boolean {
  const start = t.start[index] ?? 0
  return (t.end[index] ?? 0) - start === 2 && (t.text.charCodeAt(start) | 32) === 0x6e && SIGN.test(wordAt(t, index))
}

function readSigned(t: Tokens, index: number, { street, house }: SignedHouse): Reading | null {
  if ((t.kindsOf(index) & STREET_LEAD) !== 0 || isStreetWord(t, street - 1))
    return addressReading(t, index, house, 0.75, 'street and house number after its sign')
  return readByLocality(t, index, street, house)
}

/** "in Blågårdsgade", "på Gammel Kongevej": a street amid a sentence, without a house number; null when the words `first` to `end` are none. */
export function readStreetAlone(t: Tokens, first: number, end: number): Reading | null {
  if (t.shape[first - 1] !== LOWER || end - first > 3 || isSentenceStart(t, first)) return null
  if ((t.kindsOf(end - 1) & (ANY_COMMON | ANY_PLACE | ANY_GIVEN | ANY_SURNAME)) !== 0) return null
  const word = wordAt(t, end - 1)
  if (word.length < 7 || !STREET_ALONE.test(word.toLowerCase())) return null
  return addressReading(t, first, end, 0.45, 'street')
}

/** "Kirkebakken 45, 3400 Hillerød": any capitalised words and a number, when a postcode and a place follow. */
function readByLocality(t: Tokens, index: number, end: number, house: number): Reading | null {
  const tail = readTail(t, house)
  const names = t.kindsOf(end - 1) & (CALENDAR | FUNCTION)
  if (!tail.hasPostcode || names !== 0 || digitsAt(t, end) > 3) return null
  return addressReading(t, leadBefore(t, index), house, 0.6, 'name, house number and locality', tail)
}

/** "ul. Długa 12": the word for a street in lower case right before its name belongs to it. */
function leadBefore(t: Tokens, first: number): number {
  const lead = first - 1
  const isLead =
    lead >= 0 && t.shape[lead] === LOWER && ((t.gap[first] ?? 0) & ~(SPACE | DOT)) === 0 && (t.kindsOf(lead) & STREET_LEAD) !== 0
  return isLead ? lead : first
}

/** A post-office box and what follows. */
export function readPostBox(t: Tokens, index: number): Reading | null {
  if (!BOX.hasInAnyCase(t, index)) return null
  const word = wordAt(t, index).toLowerCase()
  let at = index + 1
  if (word === 'p') {
    if (wordAt(t, at).toLowerCase() !== 'o' || ((t.gap[at] ?? 0) & ~(DOT | SPACE)) !== 0) return null
    at += 1
  }
  if (word === 'p' || word === 'po') {
    if (wordAt(t, at).toLowerCase() !== 'box') return null
    at += 1
  }
  if (digitsAt(t, at) === 0 || ((t.gap[at] ?? 0) & ~(SPACE | DOT | HASH)) !== 0) return null
  return addressReading(t, index, at + 1, word === 'box' ? 0.45 : 0.75, 'post-office box')
}
