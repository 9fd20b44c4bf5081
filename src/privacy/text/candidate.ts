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
  source: TextRecognizer
  evidence: Evidence
}

/** Adds what one recognizer matched, without matches that lie in others of its own. */
export function addCandidates(candidates: Candidate[], recognizer: TextRecognizer, matches: readonly RawMatch[]): void {
  if (matches.length === 0) return
  const specificity = recognizer.locale === 'global' ? 0 : recognizer.locale === 'eu' ? 1 : 2
  const within = recognizer.within ?? NOWHERE
  for (const { start, end, score, pattern, checksum } of withoutContained(matches)) {
    candidates.push({
      source: recognizer,
      entity: recognizer.entity,
      start,
      end,
      score,
      specificity,
      recognizer: recognizer.id,
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

const wordsOf = new WeakMap<TextRecognizer, Words>()

/** Raises the score of candidates that have a context word near them, and lowers it where a word right before says otherwise. Sorts by start. */
export function weighContext(candidates: Candidate[], text: string, options: ContextOptions): void {
  const added = addedSurroundings(options.added)
  sortInPlace(candidates, byPlace)
  let last: Candidate | undefined
  let surroundings = ''
  for (const candidate of candidates) {
    if (!hasWords(candidate.source)) continue
    if (last?.start !== candidate.start || last.end !== candidate.end)
      surroundings = surroundingsOf(text, candidate.start, candidate.end, options, added)
    last = candidate
    const { languages } = candidate.source
    const isSpoken = options.language === undefined || languages.length === 0 || languages.includes(options.language)
    if (isSpoken) weigh(candidate, surroundings)
  }
}

function byPlace(a: Candidate, b: Candidate): number {
  return a.start - b.start || a.end - b.end
}

function hasWords({ context, against }: TextRecognizer): boolean {
  return context.length > 0 || (against !== undefined && against.length > 0)
}

function weigh(candidate: Candidate, surroundings: string): void {
  const words = wordsOf.get(candidate.source) ?? makeWords(candidate.source)
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

function makeWords(recognizer: TextRecognizer): Words {
  const words = { support: wordTest(recognizer.context), against: wordTest(recognizer.against ?? []) }
  wordsOf.set(recognizer, words)
  return words
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
