import { AtlasError } from '../../core/errors.ts'
import { allowTest, type AllowOptions } from './allow-list.ts'
import { addCandidates, type Candidate, weighContext } from './candidate.ts'
import { codePointOffsets } from './code-points.ts'
import { type AdHocRecognizer, customRecognizer, type DenyList, denyListRecognizer } from './custom-recognizers.ts'
import { normalise, type NormalisedText } from './normalise.ts'
import { recogniseAll } from './recognise.ts'
import { textRecognizers } from './recognizers/index.ts'
import { resolveOverlaps } from './resolve-overlaps.ts'
import { ScannerCache } from './scan/scanner-cache.ts'
import type { Decision, TextFinding } from './text-finding.ts'
import type { FindOptions, Locale, TextRecognizer, ValidateOptions } from './text-recognizer.ts'

export interface AnalyzeOptions extends AllowOptions {
  /** ISO 639-1; context words of this language alone count. Any language unless told. */
  language?: string
  /** Entities to look for; all unless told. */
  entities?: readonly string[]
  /** Lowest score that is a finding, 0.4 unless told. */
  scoreThreshold?: number
  /** Words that belong to the text without standing in it, such as the column's name. */
  context?: readonly string[]
  denyLists?: readonly DenyList[]
  adHocRecognizers?: readonly AdHocRecognizer[]
  /** Whether context counts; true unless told. */
  useContext?: boolean
  /** Called with every match and what became of it; offsets as in findings. */
  trace?: (decision: Decision) => void
}

export interface AnalyzerOptions {
  /** All that are registered unless told. */
  recognizers?: readonly TextRecognizer[]
  /** Profiles that are on; `defaultLocales` unless told. */
  locales?: readonly Locale[]
  scoreThreshold?: number
  /** Also entities that are no personal data by themselves (`impersonalEntities`) where the analysis names none; false unless told. */
  withImpersonal?: boolean
  /** How many words before and after a match can be context: 5 and 0 unless told. */
  contextWords?: { before: number; after: number }
  /** For recognizers that know them, e.g. regions of phone numbers. */
  find?: FindOptions & ValidateOptions
}

export interface Analyzer {
  /**
   * Finds personal data in a text.
   * @returns findings by start; no character in two of them, but for what lies in another by design (the name in a machine readable zone)
   * @throws AtlasError `pii.unknown_entity`, `pii.bad_pattern`
   */
  analyze(text: string, options?: AnalyzeOptions): TextFinding[]
  /** The recognizers that are on. */
  readonly recognizers: readonly TextRecognizer[]
  /** Entities that they find, in order of the alphabet. */
  readonly entities: readonly string[]
}

/** The profiles that are on without being asked for. */
export const defaultLocales: readonly Locale[] = ['global', 'dk', 'no', 'se', 'fi', 'is', 'eu']
/** Found when asked for by name. Otherwise they only keep others from taking a date or an address of the web for something else. */
export const impersonalEntities: readonly string[] = ['DATE_TIME', 'URL']
/** Below it a shape alone says too little: version numbers, well positions and build dates stay below. */
export const defaultScoreThreshold = 0.4
const NOTHING_WANTED: AnalyzeOptions = {}
const NO_OPTIONS: FindOptions & ValidateOptions = {}
const NO_WORDS: readonly string[] = []
const NONE: readonly TextRecognizer[] = []

/** An analyzer over a choice of recognizers. Making one costs little; the first text pays for the expressions. */
export function createAnalyzer(options: AnalyzerOptions = {}): Analyzer {
  const locales = new Set<Locale>(options.locales ?? defaultLocales)
  const recognizers = (options.recognizers ?? textRecognizers).filter(({ locale }) => locales.has(locale))
  const entities = [...new Set(recognizers.map(({ entity }) => entity))].toSorted()
  const scanners = new ScannerCache(recognizers)
  const { before = 5, after = 0 } = options.contextWords ?? {}

  function analyze(text: string, wanted: AnalyzeOptions = NOTHING_WANTED): TextFinding[] {
    const plain = normalise(text)
    const candidates = findCandidates(plain.text, wanted)
    if (candidates.length === 0) return []
    if (wanted.useContext !== false)
      weighContext(candidates, plain.text, { before, after, added: wanted.context ?? NO_WORDS, language: wanted.language })
    const tell = wanted.trace === undefined ? undefined : teller(wanted.trace, plain)
    const strong = strongOf(candidates, plain.text, wanted, wanted.scoreThreshold ?? options.scoreThreshold ?? defaultScoreThreshold, tell)
    const isSilent = wanted.entities === undefined && options.withImpersonal !== true ? isImpersonal : isNever
    const standing = resolveOverlaps(strong, plain.text, isSilent, (loser, winner) => tell?.('covered', loser, winner.recognizer))
    if (tell !== undefined) for (const claim of standing) tell('found', claim)
    const toCodePoint = codePointOffsets(text)
    return standing.map((claim) => findingOf(claim, plain, toCodePoint))
  }

  function findCandidates(text: string, wanted: AnalyzeOptions): Candidate[] {
    const custom = customOf(wanted)
    const asked = wanted.entities === undefined ? undefined : new Set(wanted.entities)
    if (asked !== undefined) requireKnown(asked, [...entities, ...custom.map(({ entity }) => entity)])
    const scanner = scanners.choose(asked)
    const candidates: Candidate[] = []
    for (const { recognizer, matches } of scanner.scan(text, options.find ?? NO_OPTIONS)) addCandidates(candidates, recognizer, matches)
    for (const recognizer of custom) {
      if (asked === undefined || asked.has(recognizer.entity)) addCandidates(candidates, recognizer, recogniseAll(recognizer, text, {}))
    }
    return candidates
  }

  return { analyze, recognizers, entities }
}

/** Tells what became of a candidate, with the recognizer that covers it. */
type Tell = (outcome: Decision['outcome'], claim: Candidate, by?: string) => void

function teller(trace: (decision: Decision) => void, plain: NormalisedText): Tell {
  return (outcome, claim, by) => {
    const { entity, score, recognizer, evidence } = claim
    const { start, end } = plain.toOriginal(claim.start, claim.end)
    trace({ entity, start, end, score, recognizer, evidence, outcome, ...(by === undefined ? {} : { by }) })
  }
}

/** The candidates that are sure enough and not allowed. */
function strongOf(candidates: Candidate[], text: string, wanted: AnalyzeOptions, threshold: number, tell: Tell | undefined): Candidate[] {
  const isAllowed = allowTest(wanted)
  return candidates.filter((candidate) => {
    const isStrong = candidate.score >= threshold
    if (isStrong && (isAllowed === null || !isAllowed(text.slice(candidate.start, candidate.end)))) return true
    tell?.(isStrong ? 'allowed' : 'below_threshold', candidate)
    return false
  })
}

function findingOf(claim: Candidate, plain: NormalisedText, toCodePoint: (utf16: number) => number): TextFinding {
  const { start, end } = plain.toOriginal(claim.start, claim.end)
  const { entity, score, recognizer, evidence, trimmed } = claim
  return {
    entity,
    start,
    end,
    codePointStart: toCodePoint(start),
    codePointEnd: toCodePoint(end),
    score,
    recognizer,
    evidence: trimmed === undefined ? evidence : { ...evidence, trimmed },
  }
}

function isImpersonal({ entity }: Candidate): boolean {
  return impersonalEntities.includes(entity)
}

function isNever(): boolean {
  return false
}

/** What a caller brings for one text. */
function customOf({ denyLists, adHocRecognizers }: AnalyzeOptions): readonly TextRecognizer[] {
  if (denyLists === undefined && adHocRecognizers === undefined) return NONE
  return [...(denyLists ?? []).map(denyListRecognizer), ...(adHocRecognizers ?? []).map(customRecognizer)]
}

function requireKnown(asked: ReadonlySet<string>, known: readonly string[]): void {
  const unknown = [...asked].filter((entity) => !known.includes(entity))
  if (unknown.length > 0)
    throw new AtlasError('pii.unknown_entity', `Nothing here finds ${unknown.slice(0, 5).join(', ')}. Known: ${known.join(', ')}.`)
}
