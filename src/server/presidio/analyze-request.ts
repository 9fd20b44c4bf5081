import { z } from 'zod'
import type { Analyzer, AnalyzeOptions } from '../../privacy/text/analyzer.ts'
import type { AdHocRecognizer } from '../../privacy/text/custom-recognizers.ts'
import type { TextFinding } from '../../privacy/text/text-finding.ts'
import { analyzerOf, noRecognizers, recognizerName } from './language-analyzers.ts'
import { PresidioError } from './presidio-error.ts'
import { fromPythonFlags, fromPythonRegex } from './python-regex.ts'

const Score = z.number().min(0).max(1)
const Words = z.array(z.string())
const AdHoc = z.object({
  name: z.string().nullish(),
  supported_language: z.string().nullish(),
  supported_entity: z.string().min(1),
  patterns: z.array(z.object({ name: z.string(), regex: z.string(), score: Score })).nullish(),
  context: Words.nullish(),
  deny_list: Words.nullish(),
  deny_list_score: Score.nullish(),
})
const AnalyzeRequest = z.object({
  text: z.union([z.string(), Words]),
  language: z.string(),
  score_threshold: Score.nullish(),
  entities: Words.nullish(),
  return_decision_process: z.boolean().nullish(),
  ad_hoc_recognizers: z.array(AdHoc).max(100).nullish(),
  context: Words.nullish(),
  allow_list: Words.nullish(),
  allow_list_match: z.enum(['exact', 'regex']).nullish(),
  regex_flags: z.int().nullish(),
})
type AnalyzeRequest = z.infer<typeof AnalyzeRequest>

/** What Presidio's analyzer answers for one finding. */
interface RecognizerResult {
  analysis_explanation: Record<string, unknown> | null
  /** Code points, as all offsets of this API. */
  end: number
  entity_type: string
  score: number
  start: number
}

/** DOTALL, MULTILINE and IGNORECASE, as Presidio's analyzer has them. */
const usualFlags = 26

/**
 * Answers a body of `POST /analyze` as Presidio's analyzer does: a list of findings, the surest first, or for a list of texts a list of such lists.
 * @throws PresidioError, AtlasError `pii.bad_pattern`
 */
export function answerAnalyze(body: unknown): RecognizerResult[] | RecognizerResult[][] {
  const given = (body ?? {}) as Partial<Record<string, unknown>>
  if (isEmpty(given['text'])) throw new PresidioError(500, 'No text provided')
  if (isEmpty(given['language'])) throw new PresidioError(500, 'No language provided')
  const parsed = AnalyzeRequest.safeParse(body)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new PresidioError(
      400,
      `Failed to parse /analyze request for AnalyzerEngine.analyze(). ${issue?.path.join('.') ?? 'body'}: ${issue?.message ?? 'not valid'}`,
    )
  }
  const request = parsed.data
  const analyzer = analyzerOf(request.language)
  const options = optionsOf(request, analyzer)
  const analyze = (text: string): RecognizerResult[] =>
    analyzer
      .analyze(text, options)
      .toSorted((a, b) => b.score - a.score || a.start - b.start || b.end - a.end)
      .map((finding) => resultOf(finding, analyzer, request.return_decision_process === true))
  return typeof request.text === 'string' ? analyze(request.text) : request.text.map(analyze)
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

function optionsOf(request: AnalyzeRequest, analyzer: Analyzer): AnalyzeOptions {
  const flags = fromPythonFlags(request.regex_flags ?? usualFlags)
  const adHocRecognizers = (request.ad_hoc_recognizers ?? [])
    .filter(({ supported_language: language }) => (language ?? request.language) === request.language)
    .map((recognizer) => adHocOf(recognizer, flags))
  const known = new Set([...analyzer.entities, ...adHocRecognizers.map(({ entity }) => entity)])
  const entities = request.entities?.filter((entity) => known.has(entity))
  if (entities?.length === 0 && request.entities?.length !== 0) throw new PresidioError(500, noRecognizers)
  return {
    language: request.language,
    ...(entities === undefined || entities.length === 0 ? {} : { entities }),
    ...(request.score_threshold === null || request.score_threshold === undefined ? {} : { scoreThreshold: request.score_threshold }),
    context: request.context ?? [],
    allowList: (request.allow_list ?? []).map((entry) => (request.allow_list_match === 'regex' ? fromPythonRegex(entry) : entry)),
    allowListMatch: request.allow_list_match ?? 'exact',
    allowListFlags: flags,
    adHocRecognizers,
  }
}

function adHocOf(recognizer: z.infer<typeof AdHoc>, flags: string): AdHocRecognizer {
  const { supported_entity: entity, name, patterns, deny_list: denyList, deny_list_score: denyListScore, context } = recognizer
  if (isEmpty(patterns) && isEmpty(denyList))
    throw new PresidioError(500, 'Pattern recognizer should be initialized with patterns or with deny list')
  return {
    entity,
    name: name ?? `${entity} recognizer`,
    patterns: (patterns ?? []).map((pattern) => ({ ...pattern, regex: fromPythonRegex(pattern.regex) })),
    flags,
    denyList: denyList ?? [],
    denyListScore: denyListScore ?? 1,
    context: context ?? [],
  }
}

function resultOf(finding: TextFinding, analyzer: Analyzer, isExplained: boolean): RecognizerResult {
  const { codePointStart: start, codePointEnd: end, entity, score } = finding
  return { analysis_explanation: isExplained ? explain(finding, analyzer) : null, end, entity_type: entity, score, start }
}

function explain({ evidence, score, recognizer: id }: TextFinding, analyzer: Analyzer): Record<string, unknown> {
  const recognizer = analyzer.recognizers.find((one) => one.id === id)
  const name = recognizer === undefined ? id : recognizerName(recognizer)
  return {
    original_score: evidence.shapeScore,
    pattern: recognizer?.patterns.find((pattern) => pattern.name === evidence.pattern)?.regex ?? null,
    pattern_name: evidence.pattern,
    recognizer: name,
    score,
    score_context_improvement: score - evidence.shapeScore,
    supportive_context_word: evidence.contextWord ?? '',
    textual_explanation: `Detected by \`${name}\` using pattern \`${evidence.pattern}\``,
    validation_result: evidence.checksum,
  }
}
