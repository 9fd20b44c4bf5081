import { addedSurroundings, surroundingsOf, type WordTest, wordTest } from './context-words.ts'
import { withoutContained } from './recognise.ts'
import type { Claim } from './resolve-overlaps.ts'
import { sortInPlace } from './sort-in-place.ts'
import type { Evidence } from './text-finding.ts'
import type { RawMatch, TextRecognizer } from './text-recognizer.ts'

/** What a context word adds, and what a match with one has at least. */
const contextGain = 0.35
const leastWithContext = 0.4
/** So many words before a match can say that it is something else. */
const againstWords = 2
const NOWHERE: readonly string[] = []

/** A match on its way to be a finding. */
export interface Candidate extends Claim {
  source: Source
  evidence: Evidence
}

/** What is asked of a recognizer for each match: in records of one form, which are read faster than recognizers, that have this or that or not. */
interface Source {
  entity: string
  id: string
  specificity: number
  within: readonly string[]
  languages: readonly string[]
  /** Null for a recognizer without words. */
  words: Words | null
}

const sources = new WeakMap<TextRecognizer, Source>()

function sourceOf(recognizer: TextRecognizer): Source {
  const known = sources.get(recognizer)
  if (known !== undefined) return known
  const { entity, id, locale, within = NOWHERE, languages, context, against = NOWHERE } = recognizer
  const specificity = locale === 'global' ? 0 : locale === 'eu' ? 1 : 2
  const words = context.length + against.length === 0 ? null : { support: wordTest(context), against: wordTest(against) }
  const source = { entity, id, specificity, within, languages, words }
  sources.set(recognizer, source)
  return source
}

/** Adds what one recognizer matched, without matches that lie in others of its own. */
export function addCandidates(candidates: Candidate[], recognizer: TextRecognizer, matches: readonly RawMatch[]): void {
  if (matches.length === 0) return
  const source = sourceOf(recognizer)
  const { entity, id, specificity, within } = source
  for (const { start, end, score, pattern, checksum } of withoutContained(matches)) {
    candidates.push({
      source,
      entity,
      start,
      end,
      score,
      specificity,
      recognizer: id,
      within,
      evidence: { pattern, checksum, contextWord: null, againstWord: null, shapeScore: score },
    })
  }
}

export interface ContextOptions {
  /** How many words before and after a match are looked at. */
  before: number
  after: number
  /** Words that belong to the text without standing in it. */
  added: readonly string[]
  /** ISO 639-1; recognizers whose words are of other languages have none. */
  language: string | undefined
}

interface Words {
  support: WordTest
  against: WordTest
}

/** Raises the score of candidates that have a context word near them, and lowers it where a word right before says otherwise. Sorts by start. */
export function weighContext(candidates: Candidate[], text: string, options: ContextOptions): void {
  const added = addedSurroundings(options.added)
  sortInPlace(candidates, byPlace)
  let last: Candidate | undefined
  let surroundings = ''
  for (const candidate of candidates) {
    const { words, languages } = candidate.source
    if (words === null) continue
    if (last?.start !== candidate.start || last.end !== candidate.end)
      surroundings = surroundingsOf(text, candidate.start, candidate.end, options, added)
    last = candidate
    const isSpoken = options.language === undefined || languages.length === 0 || languages.includes(options.language)
    if (isSpoken) weigh(candidate, words, surroundings)
  }
}

function byPlace(a: Candidate, b: Candidate): number {
  return a.start - b.start || a.end - b.end
}

function weigh(candidate: Candidate, words: Words, surroundings: string): void {
  const support = words.support(surroundings)
  const against = words.against(surroundings)
  const isAgainst = against !== null && against.at < endOfWord(surroundings, againstWords) && (support === null || against.at < support.at)
  const { evidence, score } = candidate
  if (isAgainst) {
    candidate.score = rounded(Math.max(0, score - contextGain))
    evidence.againstWord = against.word
  } else if (support !== null) {
    candidate.score = rounded(Math.min(1, Math.max(score + contextGain, leastWithContext)))
    evidence.contextWord = support.word
  }
}

/** Where the nearest so many words end. */
function endOfWord(surroundings: string, count: number): number {
  let at = 0
  for (let word = 0; word < count && at !== -1; word++) at = surroundings.indexOf(' ', at + 1)
  return at === -1 ? surroundings.length : at
}

function rounded(score: number): number {
  return Math.round(score * 10_000) / 10_000
}
