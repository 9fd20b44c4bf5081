import { AtlasError } from '../../core/errors.ts'
import { allowTest, type AllowOptions } from './allow-list.ts'
import { addCandidates, type Candidate, weighContext } from './candidate.ts'
import { codePointOffsets } from './code-points.ts'
import { type AdHocRecognizer, customRecognizer, type DenyList, denyListRecognizer } from './custom-recognizers.ts'
import { normalise } from './normalise.ts'
import { recogniseAll } from './recognise.ts'
import { textRecognizers } from './recognizers/index.ts'
import { type Claim, resolveOverlaps } from './resolve-overlaps.ts'
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
/** An analyzer over a choice of recognizers. Making one costs little; the first text pays for the expressions. */
export function createAnalyzer(options: AnalyzerOptions = {}): Analyzer {
  const locales = new Set<Locale>(options.locales ?? defaultLocales)
  const recognizers = (options.recognizers ?? textRecognizers).filter(({ locale }) => locales.has(locale))
  const entities = [...new Set(recognizers.map(({ entity }) => entity))].toSorted()
  const scanners = new ScannerCache(recognizers)
  const { before = 5, after = 0 } = options.contextWords ?? {}

  function analyze(text: string, wanted: AnalyzeOptions = {}): TextFinding[] {
    const plain = normalise(text)
    const { scoreThreshold = options.scoreThreshold ?? defaultScoreThreshold, trace } = wanted
    const candidates = findCandidates(plain.text, wanted)
    if (wanted.useContext !== false)
      weighContext(candidates, plain.text, { before, after, added: wanted.context ?? [], language: wanted.language })
    const toCodePoint = codePointOffsets(text)
    const place = ({ start, end }: Claim): { start: number; end: number } => plain.toOriginal(start, end)
    const tell = (outcome: Decision['outcome'], claim: Candidate, by?: string): void => {
      const { entity, score, recognizer, evidence } = claim
      trace?.({ entity, ...place(claim), score, recognizer, evidence, outcome, ...(by === undefined ? {} : { by }) })
    }
    const isAllowed = allowTest(wanted)
    const isSilent = ({ entity }: Candidate): boolean =>
      wanted.entities === undefined && options.withImpersonal !== true && impersonalEntities.includes(entity)
    const strong = candidates.filter((candidate) => {
      const isStrong = candidate.score >= scoreThreshold
      const outcome = !isStrong ? 'below_threshold' : isAllowed(plain.text.slice(candidate.start, candidate.end)) ? 'allowed' : null
      if (outcome !== null) tell(outcome, candidate)
      return outcome === null
    })
    const standing = resolveOverlaps(strong, plain.text, isSilent, (loser, winner) => tell('covered', loser, winner.recognizer))
    return standing.map((claim) => {
      tell('found', claim)
      const { start, end } = place(claim)
      const { entity, score, recognizer, evidence, trimmed } = claim
      const offsets = { start, end, codePointStart: toCodePoint(start), codePointEnd: toCodePoint(end) }
      return { entity, ...offsets, score, recognizer, evidence: trimmed === undefined ? evidence : { ...evidence, trimmed } }
    })
  }

  function findCandidates(text: string, wanted: AnalyzeOptions): Candidate[] {
    const custom = [...(wanted.denyLists ?? []).map(denyListRecognizer), ...(wanted.adHocRecognizers ?? []).map(customRecognizer)]
    const asked = wanted.entities === undefined ? undefined : new Set(wanted.entities)
    if (asked !== undefined) requireKnown(asked, [...entities, ...custom.map(({ entity }) => entity)])
    const { chosen, scanner } = scanners.choose(asked)
    const found = scanner.scan(text, options.find ?? {})
    const candidates: Candidate[] = []
    for (const [index, recognizer] of chosen.entries()) addCandidates(candidates, recognizer, found[index] ?? [])
    for (const recognizer of custom) {
      if (asked === undefined || asked.has(recognizer.entity)) addCandidates(candidates, recognizer, recogniseAll(recognizer, text, {}))
    }
    return candidates
  }

  return { analyze, recognizers, entities }
}

function requireKnown(asked: ReadonlySet<string>, known: readonly string[]): void {
  const unknown = [...asked].filter((entity) => !known.includes(entity))
  if (unknown.length > 0)
    throw new AtlasError('pii.unknown_entity', `Nothing here finds ${unknown.slice(0, 5).join(', ')}. Known: ${known.join(', ')}.`)
}
