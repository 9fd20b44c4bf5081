import { COLON, COMMA, DOT, HASH, HYPHEN, NEWLINE, QUOTE, SPACE } from './characters.ts'
import type { Reading } from './name-finding.ts'
import { readTail, type Tail } from './read-address-tail.ts'
import { digitsAt, followsClosely, isCapital, isSentenceStart, wordAt } from './surroundings.ts'
import { CODE, INITIAL, LOWER, NUMBER, type Tokens } from './tokens.ts'
import {
  ANY_COMMON,
  ANY_GIVEN,
  ANY_PLACE,
  ANY_SURNAME,
  CALENDAR,
  COMMON,
  DIRECTION,
  FUNCTION,
  ORG_FORM,
  PARTICLE,
  PLACE,
  PLACE_LEAD,
  PLACE_VERB,
  STREET,
  STREET_LEAD,
  STREET_SURE,
  TITLE,
  UNIT,
  VERY_COMMON,
} from './word-kinds.ts'

/** Ends of words that make a word a street in the Nordic languages, German, Dutch, Finnish and Hungarian. */
const STREET_ENDING =
  /(?:gade|gaden|vej|vejen|vænget|vænge|allé|alléen|allen|stræde|strædet|plads|pladsen|torv|torvet|boulevard|stien|parken|bakken|haven|toften|marken|krogen|kajen|bryggen|løkken|agrene|lunden|gatan|gata|gränd|vägen|väg|stigen|torget|gaten|gate|veien|vei|vegen|veg|strasse|straße|strase|str|gasse|weg|platz|allee|damm|ufer|ring|straat|laan|plein|kade|gracht|dijk|singel|katu|kuja|tie|polku|utca|køb|gård|vang|brynet|draget|højen|banken|engen|dalen|åsen|svinget|kæret|mosen|skoven|sletten|gyden|slippen|passagen|kvarteret|brinken|skrænten|skellet|diget|vangen|gården|bugten|stranden|pladen|laget|kær|høj|bakke|toft|ager|ageren|vænge|tværvej|ringvej|ringgade)$/
const STREET_PARTS =
  /^(?:Nørre|Sønder|Søndre|Vester|Vestre|Øster|Østre|Nordre|Store|Lille|Gammel|Gamle|Gl|Ny|Nye|Nr|Sdr|Vr|Ndr|Sankt|Skt|Sct|Alte|Neue|Große|Kleine|Am|Stora|Lilla|Norra|Södra|Västra|Östra)$/
const ORDINAL = /^[0-9]+(?:st|nd|rd|th)$/i
/** A floor after the number, in the Netherlands. */
const ROMAN = /^I{1,3}V?$/
/** Ends of names of streets that no word of every day has: enough without a house number. */
const STREET_ALONE = /(?:gade|gaden|vej|vejen|vænget|stræde|allé|alléen|boulevarden|gatan|vägen|gränd|straat|gracht)$/
const HOUSE = /^[0-9]{1,5}[a-zA-Z]{0,2}$/

/** A house number, with its letter or the end of a range: gives the word after it, or `index` when there is none. */
export function houseEnd(t: Tokens, index: number): number {
  if (index >= t.count || !isHouse(t, index)) return index
  let end = index + 1
  const gap = t.gap[end] ?? 0
  if (gap === HYPHEN && (isHouse(t, end) || ROMAN.test(wordAt(t, end)))) end += 1
  else if (gap === SPACE && t.shape[end] === INITIAL && t.gap[end + 1] === SPACE && isFlat(t, end + 1)) end += 2
  else if (gap === SPACE && t.shape[end] === INITIAL && isLetter(t, end) && endsPart(t, end + 1)) end += 1
  else if (gap === SPACE && t.shape[end] === LOWER && isLetter(t, end) && endsPart(t, end + 1)) end += 1
  return end
}

/** The flat after the stair: "5 B 12,". */
function isFlat(t: Tokens, index: number): boolean {
  const digits = digitsAt(t, index)
  return digits > 0 && digits < 4 && endsPart(t, index + 1)
}

function isLetter(t: Tokens, index: number): boolean {
  return (t.end[index] ?? 0) - (t.start[index] ?? 0) === 1
}

function endsPart(t: Tokens, index: number): boolean {
  return index >= t.count || ((t.gap[index] ?? 0) & (COMMA | NEWLINE | DOT)) !== 0
}

function isHouse(t: Tokens, index: number): boolean {
  const shape = t.shape[index]
  if (shape === NUMBER) return (t.end[index] ?? 0) - (t.start[index] ?? 0) <= 5
  if (shape !== CODE || (t.end[index] ?? 0) - (t.start[index] ?? 0) > 7 || t.text.charCodeAt(t.start[index] ?? 0) > 0x39) return false
  return HOUSE.test(wordAt(t, index))
}

/** An address that begins with the house number at `index`: 12 Main Street, 5 rue de la Paix; null when none does. */
export function readNumberFirst(t: Tokens, index: number): Reading | null {
  const after = houseEnd(t, index)
  if (after === index || after >= t.count) return null
  const gap = t.gap[after] ?? 0
  if ((gap & ~(SPACE | COMMA)) !== 0 || gap === 0) return null
  const lead = t.kindsOf(after) & STREET_LEAD
  if (lead === 0 && !isCapital(t.shape[after]) && t.shape[after] !== CODE) return null
  if (lead !== 0) {
    const end = leadNamesEnd(t, after + 1)
    return end > after + 1 ? finish(t, index, end, 0.75, 'house number and street') : null
  }
  if ((gap & COMMA) !== 0) return null
  return readEnglish(t, index, after)
}

/** "Flat 4, Jasmine Crescent, Leeds": the flat stands first. */
export function readUnitFirst(t: Tokens, index: number): Reading | null {
  const after = index + 2
  if (!isCapital(t.shape[index]) || (t.kindsOf(index) & UNIT) === 0 || t.gap[index + 1] !== SPACE) return null
  if ((digitsAt(t, index + 1) === 0 && t.shape[index + 1] !== CODE) || ((t.gap[after] ?? 0) & ~(SPACE | COMMA | NEWLINE)) !== 0) return null
  const street = houseEnd(t, after)
  return isCapital(t.shape[street]) ? readEnglish(t, index, street) : null
}

/** Up to five words that name a street, the last of them Street, Road and the like. */
function readEnglish(t: Tokens, index: number, after: number): Reading | null {
  let end = after
  let streetEnd = 0
  let isSure = false
  for (let word = after; word < t.count && word < after + 6; word++) {
    const shape = t.shape[word] ?? 0
    const kinds = t.kindsOf(word)
    const gap = t.gap[word] ?? 0
    const isGenitive = word > after && isGenitiveS(t, word)
    const isJoined = isGenitive || (gap & ~(SPACE | HYPHEN)) === 0 || ((gap & ~(SPACE | DOT)) === 0 && word > after && isShort(t, word - 1))
    if (word > after && !isJoined) break
    const isStreet = word > after && (kinds & STREET) !== 0
    if (word > after && (kinds & UNIT) !== 0 && (digitsAt(t, word + 1) > 0 || t.shape[word + 1] === CODE)) {
      streetEnd = word
      isSure = true
      break
    }
    if (
      !isCapital(shape) &&
      !isGenitive &&
      !(shape === CODE && ORDINAL.test(wordAt(t, word))) &&
      !(isStreet && (kinds & STREET_SURE) !== 0) &&
      (kinds & PARTICLE) === 0
    )
      break
    if ((kinds & (CALENDAR | ORG_FORM)) !== 0 && (kinds & STREET) === 0) break
    if (word === after && (kinds & FUNCTION) !== 0 && (kinds & DIRECTION) === 0) break
    end = word + 1
    if (isStreet) {
      streetEnd = end
      isSure = (kinds & STREET_SURE) !== 0
    }
  }
  if (streetEnd === 0) return readNumberAndPlace(t, index, after, end)
  while (isDirection(t, streetEnd)) streetEnd += 1
  return finish(t, index, streetEnd, isSure ? 0.75 : looseScore(t, index, after, streetEnd), 'house number and street')
}

/** The 's of "Queen's Road". */
function isGenitiveS(t: Tokens, index: number): boolean {
  return t.gap[index] === QUOTE && t.shape[index] === LOWER && wordAt(t, index) === 's' && followsClosely(t, index + 1)
}

/** "90 Wexford Way": likelier where a name comes before the word, or the sentence speaks of a place. */
function looseScore(t: Tokens, index: number, after: number, end: number): number {
  const isNamed = (t.kindsOf(after) & (COMMON | VERY_COMMON)) === 0 || end - after > 2
  const isPlaced = index > 0 && (t.kindsOf(index - 1) & (PLACE_LEAD | PLACE_VERB)) !== 0 && ((t.gap[index] ?? 0) & ~(SPACE | COLON)) === 0
  const isAlone = ((t.gap[index] ?? 0) & (NEWLINE | COMMA)) !== 0 && ((t.gap[end] ?? 0) & (NEWLINE | COMMA)) !== 0
  return 0.3 + (isNamed ? 0.1 : 0) + (isPlaced ? 0.15 : 0) + (isAlone ? 0.1 : 0)
}

/** "12 Broadway, New York, NY 10012": no word for the street, but a locality with its postcode follows. */
function readNumberAndPlace(t: Tokens, index: number, after: number, end: number): Reading | null {
  if (end === after || ((t.gap[end] ?? 0) & (COMMA | NEWLINE)) === 0) return null
  const tail = readTail(t, end)
  return tail.hasPostcode ? finish(t, index, end, 0.6, 'house number, name and locality', tail) : null
}

function isShort(t: Tokens, index: number): boolean {
  return (t.end[index] ?? 0) - (t.start[index] ?? 0) <= 4
}

function isDirection(t: Tokens, index: number): boolean {
  return followsClosely(t, index) && (t.kindsOf(index) & DIRECTION) !== 0 && isCapital(t.shape[index])
}

/** Names after Rue, Via, Calle: capitalised words and small ones between them. Gives the word after them. */
function leadNamesEnd(t: Tokens, index: number): number {
  let end = index
  for (let word = index; word < t.count && word < index + 7; word++) {
    const gap = t.gap[word] ?? 0
    if ((gap & ~(SPACE | HYPHEN | 64 | DOT)) !== 0 || ((gap & DOT) !== 0 && word > index)) break
    if (isCapital(t.shape[word])) end = word + 1
    else if ((t.kindsOf(word) & (PARTICLE | FUNCTION)) === 0 && (t.end[word] ?? 0) - (t.start[word] ?? 0) > 3) break
  }
  return end
}

/** An address that begins with the street's name, `index` to `end` capitalised words: Nørre Farimagsgade 12A, Via Roma 5, Hauptstr. 7; null when none does. */
export function readStreetFirst(t: Tokens, index: number, end: number): Reading | null {
  if ((t.kindsOf(index) & STREET_LEAD) !== 0) {
    const namesEnd = Math.max(leadNamesEnd(t, index + 1), index + 1)
    const comma = ((t.gap[namesEnd] ?? 0) & ~(SPACE | COMMA)) === 0
    const house = comma && namesEnd > index + 1 ? houseEnd(t, namesEnd) : namesEnd
    if (house > namesEnd) return finish(t, index, house, 0.75, 'street and house number')
  }
  const gap = t.gap[end] ?? 0
  if (end >= t.count || (gap & ~(SPACE | DOT | COMMA)) !== 0 || !isHouse(t, end)) return null
  const lead = leadBefore(t, index)
  if (gap === SPACE && lead < index && (t.listedKinds(lead) & (ANY_COMMON | PLACE_LEAD)) === 0 && wordAt(t, lead).length > 1)
    return finish(t, lead, houseEnd(t, end), 0.6, 'street and house number')
  const isStreet = isStreetWord(t, end - 1)
  if (((gap & ~(SPACE | DOT)) !== 0 && !((gap & ~(SPACE | COMMA)) === 0 && isStreet)) || gap === 0) return null
  const house = houseEnd(t, end)
  if (house === end) return null
  if ((gap & (DOT | COMMA)) !== 0 && !isStreet) return null
  if (isStreet) return finish(t, leadBefore(t, streetStart(t, index, end)), house, 0.75, 'street and house number')
  return readByLocality(t, index, end, house)
}

/** "in Blågårdsgade", "på Gammel Kongevej": a street amid a sentence, without a house number; null when the words `first` to `end` are none. */
export function readStreetAlone(t: Tokens, first: number, end: number): Reading | null {
  if (t.shape[first - 1] !== LOWER || end - first > 3 || isSentenceStart(t, first)) return null
  if ((t.kindsOf(end - 1) & (ANY_COMMON | ANY_PLACE | ANY_GIVEN | ANY_SURNAME)) !== 0) return null
  const word = wordAt(t, end - 1)
  if (word.length < 7 || !STREET_ALONE.test(word.toLowerCase())) return null
  return finish(t, first, end, 0.45, 'street')
}

/** "Kirkebakken 45, 3400 Hillerød": any capitalised words and a number, when a postcode and a place follow. */
function readByLocality(t: Tokens, index: number, end: number, house: number): Reading | null {
  const tail = readTail(t, house)
  const names = t.kindsOf(end - 1) & (CALENDAR | FUNCTION)
  if (!tail.hasPostcode || names !== 0 || digitsAt(t, end) > 3) return null
  return finish(t, leadBefore(t, index), house, 0.6, 'name, house number and locality', tail)
}

/** "ul. Długa 12": the word for a street in lower case right before its name belongs to it. */
function leadBefore(t: Tokens, first: number): number {
  const lead = first - 1
  const isLead =
    lead >= 0 && t.shape[lead] === LOWER && ((t.gap[first] ?? 0) & ~(SPACE | DOT)) === 0 && (t.kindsOf(lead) & STREET_LEAD) !== 0
  return isLead ? lead : first
}

function isStreetWord(t: Tokens, index: number): boolean {
  const kinds = t.kindsOf(index)
  const word = wordAt(t, index)
  const isWord = (kinds & STREET_SURE) === 0 ? (kinds & (ANY_COMMON | FUNCTION)) !== 0 : (kinds & (COMMON | FUNCTION)) !== 0
  if ((kinds & STREET) !== 0 && (!isWord || word.toLowerCase() === 'allé')) return true
  return word.length > 5 && (kinds & (COMMON | ANY_PLACE)) === 0 && STREET_ENDING.test(word.toLowerCase())
}

/** Whether a word ends as names of streets do: Nørregade, Hauptstraße. In whatever case. */
export function isStreetName(word: string): boolean {
  return word.length > 5 && STREET_ENDING.test(word.toLowerCase())
}

/** Without the words of the run that belong to the sentence, not to the street ("Bor Nørregade 3", "Lejemålet Nørregade 3"). */
function streetStart(t: Tokens, index: number, end: number): number {
  let start = index
  while (start < end - 1 && (t.kindsOf(start) & FUNCTION) !== 0) start += 1
  const lowest = Math.max(start, end - 4)
  if (!isSentenceStart(t, start) || !STREET_ENDING.test(wordAt(t, end - 1).toLowerCase())) return lowest
  let first = end - 1
  while (first > lowest && isStreetPart(t, first - 1)) first -= 1
  return first
}

/** What stands before the street's own word: a name, initials, Gammel, Nørre. */
function isStreetPart(t: Tokens, index: number): boolean {
  if (t.shape[index] === INITIAL || STREET_PARTS.test(wordAt(t, index))) return true
  return (t.kindsOf(index) & (ANY_GIVEN | ANY_SURNAME | PLACE | TITLE | DIRECTION)) !== 0
}

/** A post-office box and what follows. */
export function readPostBox(t: Tokens, index: number): Reading | null {
  const letter = t.text.charCodeAt(t.start[index] ?? 0)
  if ((letter !== 0x50 && letter !== 0x42) || (t.end[index] ?? 0) - (t.start[index] ?? 0) > 8) return null
  const word = wordAt(t, index).toLowerCase()
  let at = index + 1
  if (word === 'p' && wordAt(t, at).toLowerCase() === 'o' && ((t.gap[at] ?? 0) & ~(DOT | SPACE)) === 0) at += 1
  else if (word !== 'po' && word !== 'postboks' && word !== 'postbox' && word !== 'postfach' && word !== 'box' && word !== 'pmb')
    return null
  if (word === 'p' || word === 'po') {
    if (wordAt(t, at).toLowerCase() !== 'box') return null
    at += 1
  }
  if (digitsAt(t, at) === 0 || ((t.gap[at] ?? 0) & ~(SPACE | DOT | HASH)) !== 0) return null
  return finish(t, index, at + 1, word === 'box' ? 0.45 : 0.75, 'post-office box')
}

function finish(t: Tokens, from: number, to: number, score: number, pattern: string, known?: Tail): Reading {
  const tail = known ?? readTail(t, to)
  const next = Math.max(tail.next, to)
  const sum = Math.min(0.95, score + (tail.next > to ? 0.1 : 0) + (tail.hasPostcode ? 0.1 : 0))
  const hasUnit = (t.kindsOf(to) & UNIT) !== 0
  return {
    next,
    found: [
      {
        entity: 'ADDRESS',
        start: t.start[from] ?? 0,
        end: t.end[next - 1] ?? 0,
        score: hasUnit && tail.next > to ? Math.max(sum, 0.6) : sum,
        pattern,
        checksum: null,
      },
    ],
  }
}
