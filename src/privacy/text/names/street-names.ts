import { DOT, HYPHEN, SPACE } from './characters.ts'
import { isCapital, isSentenceStart, wordAt } from './surroundings.ts'
import type { Tokens } from './tokens.ts'
import {
  ANY_COMMON,
  ANY_GIVEN,
  ANY_PLACE,
  ANY_SURNAME,
  COMMON,
  DIRECTION,
  FUNCTION,
  PARTICLE,
  PLACE,
  STREET,
  STREET_SURE,
  TITLE,
} from './word-kinds.ts'
import { INITIAL } from './word-shapes.ts'

/** Ends of words that make a word a street in the Nordic languages, German, Dutch, Finnish and Hungarian. */
const STREET_ENDING =
  /(?:gade|gaden|vej|vejen|vænget|vænge|allé|alléen|allen|stræde|strædet|plads|pladsen|torv|torvet|boulevard|stien|parken|bakken|haven|toften|marken|krogen|kajen|bryggen|løkken|agrene|lunden|gatan|gata|gränd|vägen|väg|stigen|torget|gaten|gate|veien|vei|vegen|veg|strasse|straße|strase|str|gasse|weg|platz|allee|damm|ufer|ring|straat|laan|plein|kade|gracht|dijk|singel|katu|kuja|tie|polku|utca|køb|gård|vang|brynet|draget|højen|banken|engen|dalen|åsen|svinget|kæret|mosen|skoven|sletten|vegur|stígur|braut|gyden|slippen|passagen|kvarteret|brinken|skrænten|skellet|diget|vangen|gården|bugten|stranden|pladen|laget|kær|høj|bakke|toft|ager|ageren|vænge|tværvej|ringvej|ringgade)$/
const STREET_PARTS =
  /^(?:Nørre|Sønder|Søndre|Vester|Vestre|Øster|Østre|Nordre|Store|Lille|Gammel|Gamle|Gl|Ny|Nye|Nr|Sdr|Vr|Ndr|Sankt|Skt|Sct|Alte|Neue|Große|Kleine|Am|Stora|Lilla|Norra|Södra|Västra|Östra)$/

/** Names after Rue, Via, Calle: capitalised words and small ones between them. Gives the word after them. */
export function leadNamesEnd(t: Tokens, index: number): number {
  let end = index
  for (let word = index; word < t.count && word < index + 7; word++) {
    const gap = t.gap[word] ?? 0
    if ((gap & ~(SPACE | HYPHEN | 64 | DOT)) !== 0 || ((gap & DOT) !== 0 && word > index)) break
    if (isCapital(t.shape[word])) end = word + 1
    else if ((t.kindsOf(word) & (PARTICLE | FUNCTION)) === 0 && (t.end[word] ?? 0) - (t.start[word] ?? 0) > 3) break
  }
  return end
}

/** Whether a word is one for a street, or ends as one. */
export function isStreetWord(t: Tokens, index: number): boolean {
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
export function streetStart(t: Tokens, index: number, end: number): number {
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
