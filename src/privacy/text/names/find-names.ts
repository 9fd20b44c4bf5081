import type { NameFinding, Reading } from './name-finding.ts'
import { readAge } from './read-age.ts'
import { readNumberFirst } from './read-address.ts'
import { readCapitals } from './read-capitals.ts'
import { readLabelledPostcode, readPostcodePlace, readZipPlusFour } from './read-postcode.ts'
import { CODE, INITIAL, LOWER, NUMBER, Tokens } from './tokens.ts'

/** A stretch that is read at once; longer texts are parted at line breaks. */
const STRETCH = 1 << 16

/** From this score, a finding says something of the next one in a list. */
const LISTED = 0.4

let tokens: Tokens | undefined
let latest: { text: string; found: NameFinding[] } | undefined

/**
 * Names of persons, places, organisations and addresses, and what goes with them (titles, ages, nationalities, postcodes), by rules and lists, in one pass.
 * The recognizers of these entities share it: the findings of the latest text are kept until the current task of the event loop is over.
 * @returns findings that do not overlap, in the order of the text; offsets in UTF-16 code units
 */
export function findNames(text: string): readonly NameFinding[] {
  if (latest?.text === text) return latest.found
  if (latest === undefined) queueMicrotask(forget)
  latest = { text, found: readText(text) }
  return latest.found
}

/** No text outlives the call that brought it. */
function forget(): void {
  latest = undefined
}

function readText(text: string): NameFinding[] {
  tokens ??= new Tokens()
  const found: NameFinding[] = []
  for (let from = 0; from < text.length; ) {
    const to = stretchEnd(text, from)
    tokens.read(text, from, to)
    readTokens(tokens, found)
    from = to
  }
  tokens.text = ''
  return found
}

function stretchEnd(text: string, from: number): number {
  if (text.length - from <= STRETCH) return text.length
  const line = text.lastIndexOf('\n', from + STRETCH)
  if (line > from) return line + 1
  const blank = text.lastIndexOf(' ', from + STRETCH)
  return blank > from ? blank + 1 : from + STRETCH
}

function readTokens(t: Tokens, found: NameFinding[]): void {
  for (let index = 0; index < t.count; ) {
    const shape = t.shape[index] ?? 0
    const reading = shape === LOWER ? readLower(t, index) : shape <= INITIAL ? readWord(t, index) : shape <= CODE ? readNumber(t, index) : null
    if (reading === null) index += 1
    else {
      for (const one of reading.found) found.push(one)
      index = Math.max(reading.next, index + 1)
      const last = reading.found.at(-1)
      if (last !== undefined && last.score >= LISTED) t.last = { entity: last.entity, next: index }
    }
  }
}

function readLower(t: Tokens, index: number): Reading | null {
  // Only the label of a postcode begins anything in lower case: z(ip), p(ost).
  const code = t.text.charCodeAt(t.start[index] ?? 0)
  return code === 0x7a || code === 0x70 ? readLabelledPostcode(t, index) : null
}

function readWord(t: Tokens, index: number): Reading {
  const code = t.text.charCodeAt(t.start[index] ?? 0)
  const labelled = code === 0x5a || code === 0x50 ? readLabelledPostcode(t, index) : null
  return labelled ?? readCapitals(t, index)
}

function readNumber(t: Tokens, index: number): Reading | null {
  if (t.shape[index] === NUMBER) return readAge(t, index) ?? readNumberFirst(t, index) ?? readPostcodePlace(t, index) ?? readZipPlusFour(t, index)
  return readAge(t, index) ?? readNumberFirst(t, index)
}
