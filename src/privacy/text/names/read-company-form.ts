import { isAsking } from './asking-words.ts'
import { AMPERSAND, COMMA, DOT, HYPHEN, SPACE } from './characters.ts'
import { organisationReading, JOINING } from './joined-names.ts'
import type { Reading } from './name-finding.ts'
import { isCapital, isSentenceStart, wordAt } from './surroundings.ts'
import type { Tokens } from './tokens.ts'
import { ANY_GIVEN, ANY_SURNAME, FUNCTION, ORG_FORM, PERSON_LEAD } from './word-kinds.ts'
import { ALL_CAPITALS, CAMEL, CODE, LOWER } from './word-shapes.ts'
import { WordSet } from './word-set.ts'

/** Forms that are words or other abbreviations too: taken only as the last word and written so. */
const LOOSE_FORM = /^(?:se|sa|as|ab|ag|co|ug|nv|sl|hf|bv|spa|corp|ev|kg|lp|doo|kk|pty|oy|amba)$/i
const DOTTED_FORM =
  /^(?:j?\.?d\.o\.o|d\.d|a\.s|k\.s|s\.r\.o|v\.o\.s|s\.r\.l|s\.p\.a|s\.n\.c|s\.a\.s|s\.a|s\.l|s\.p|e\.v|b\.v|n\.v|e\.k|o\.ü)$/

/** Small words within a name beside those that join two. */
const LINKS = new WordSet('s of')

/** A company form after the name: Cronin Inc, Møller & Søn ApS, Nordlys A/S, "Foo, Ltd." */
export function readCompanyForm(t: Tokens, index: number, end: number): Reading | null {
  let from = index
  while (from < end && leadsOn(t, from)) from += 1
  let joins = 0
  for (let word = from; word < t.count && word < from + 9; word++) {
    const gap = t.gap[word] ?? 0
    if (word > from) {
      // In lower case after one word alone, such as begins a sentence, it may be anything.
      if ((gap & ~(SPACE | COMMA)) === 0 && (t.shape[word] !== LOWER || word - from > 1)) {
        const form = formEnd(t, word)
        if (form > word) return withPoint(t, from, form)
      }
      if (
        (gap & ~(SPACE | HYPHEN | AMPERSAND | COMMA | 64 | DOT)) !== 0 ||
        ((gap & DOT) !== 0 && (t.end[word - 1] ?? 0) - (t.start[word - 1] ?? 0) > 2)
      )
        return null
    }
    const isJoin = word > from && t.shape[word] === LOWER && (JOINING.has(t, word) || LINKS.has(t, word))
    if (isJoin && wordAt(t, word) === 'of' && (t.kindsOf(word - 1) & PERSON_LEAD) !== 0) {
      // "CEO of Arellano Shipping Inc."
      from = word + 1
      continue
    }
    // "Allard, Séguin and Larose and Ferland Ltd": two firms.
    if (isJoin && JOINING.has(t, word) && ++joins > 1) return null
    if (!isJoin && !isCapital(t.shape[word]) && t.shape[word] !== CODE && t.shape[word] !== CAMEL) return null
    if (word >= end && (gap & COMMA) !== 0 && !isFirmList(t, from, word)) return null
  }
  return null
}

/** "The", "Is": no part of the name. */
function leadsOn(t: Tokens, index: number): boolean {
  if ((t.kindsOf(index) & FUNCTION) !== 0 && (t.kindsOf(index) & (ANY_GIVEN | ANY_SURNAME)) === 0) return true
  return isAsking(t, index) && isSentenceStart(t, index)
}

function isFirmList(t: Tokens, from: number, word: number): boolean {
  return word - from <= 3 && (t.kindsOf(from) & ANY_SURNAME) !== 0
}

/** The word after a company's form at `word`; `word` when there is none. */
function formEnd(t: Tokens, word: number): number {
  if (t.shape[word] === LOWER && t.gap[word + 1] === DOT) return dottedFormEnd(t, word)
  const phrase = t.phraseEnd(word, ORG_FORM)
  if (phrase > word && (t.gap[word + 1] ?? 0) !== SPACE) return isCapital(t.shape[word]) ? phrase : word
  if (phrase > word) return phrase
  if ((t.kindsOf(word) & ORG_FORM) === 0 || t.shape[word] === LOWER) return word
  const text = wordAt(t, word)
  if (!LOOSE_FORM.test(text)) return word + 1
  return t.shape[word] === ALL_CAPITALS || /^(?:Co|Corp|Oy|Pty)$/.test(text) ? word + 1 : word
}

/** "d.o.o.", "a.s.", "s.r.l.": single letters with points between them. */
function dottedFormEnd(t: Tokens, word: number): number {
  let end = word + 1
  while (end < word + 4 && t.gap[end] === DOT && t.shape[end] === LOWER && (t.end[end] ?? 0) - (t.start[end] ?? 0) < 3) end += 1
  return end > word + 1 && DOTTED_FORM.test(t.text.slice(t.start[word], t.end[end - 1])) ? end : word
}

/** With a second form ("& Co. KG") and the point of "Inc." where the sentence goes on. */
function withPoint(t: Tokens, from: number, form: number): Reading {
  let end = form
  for (let more = 0; more < 3 && end < t.count; more++) {
    if (((t.gap[end] ?? 0) & ~(SPACE | AMPERSAND | DOT)) !== 0) break
    const next = formEnd(t, end)
    if (next === end) break
    end = next
  }
  return organisationReading(t, from, end, 0.8, 'name and company form')
}
