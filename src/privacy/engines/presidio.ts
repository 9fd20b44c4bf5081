import { z } from 'zod'
import { AtlasError } from '../../core/errors.ts'
import { defaultScoreThreshold } from '../text/analyzer.ts'
import { utf16Offsets } from './utf16-offsets.ts'
import type { TextFinding } from '../text/text-finding.ts'
import type { EngineOptions, PiiEngine } from './engine.ts'

export interface PresidioOptions {
  /** Where a Presidio analyzer answers, e.g. `http://127.0.0.1:5002`; a path is kept. */
  url: string
  fetch: typeof fetch
  /** Longest time for one text, 30,000 unless told. */
  timeoutMs?: number
  /** Texts that are asked about at once, 4 unless told. */
  concurrency?: number
}

/** Presidio's RecognizerResult. Offsets are those of Python: code points. */
const Result = z.object({
  entity_type: z.string().min(1).max(100),
  start: z.int().min(0),
  end: z.int().min(0),
  score: z.number().min(0).max(1),
  analysis_explanation: z.looseObject({ recognizer: z.string().nullish(), pattern_name: z.string().nullish() }).nullish(),
})
const Results = z.array(Result)

/** Reset and refused connections may be those of a worker that was just replaced. */
const attempts = 2

/**
 * An engine that asks a running Presidio analyzer (`POST /analyze`), of any version. It fails closed: where one text gets no answer, none does.
 * Texts go to that address and no other: redirects are not followed.
 * @throws AtlasError `cli.usage` when the URL is none
 */
export function createPresidioEngine(options: PresidioOptions): PiiEngine {
  const address = analyzeAddress(options.url)
  return {
    id: 'presidio',
    async analyze(texts, wanted = {}) {
      const found: TextFinding[][] = texts.map(() => [])
      const queue = texts.entries()
      const gone = new AbortController()
      const signal = wanted.signal === undefined ? gone.signal : AbortSignal.any([gone.signal, wanted.signal])
      const lane = async (): Promise<void> => {
        // One iterator for all lanes: each text is taken once.
        for (const [index, text] of queue)
          if (text.trim() !== '') found[index] = await analyzeText(options, address, text, { ...wanted, signal })
      }
      try {
        await Promise.all(Array.from({ length: Math.min(options.concurrency ?? 4, texts.length) }, lane))
      } finally {
        gone.abort()
      }
      return found
    },
    close: async () => undefined,
  }
}

function analyzeAddress(url: string): URL {
  const base = URL.parse(url)
  if (base === null || !/^https?:$/.test(base.protocol))
    throw new AtlasError('cli.usage', 'ATLAS_PRESIDIO_URL is no address; it must be a URL such as http://127.0.0.1:5002.')
  base.pathname = `${base.pathname.replace(/\/+$/, '')}/analyze`
  return base
}

async function analyzeText(options: PresidioOptions, address: URL, text: string, wanted: EngineOptions): Promise<TextFinding[]> {
  const { language = 'en', scoreThreshold = defaultScoreThreshold, context, entities } = wanted
  // Entities are chosen here: Presidio refuses a request that names one which it does not know.
  const body = JSON.stringify({
    text,
    language,
    score_threshold: scoreThreshold,
    ...(context === undefined ? {} : { context }),
    return_decision_process: true,
  })
  const results = await ask(options, address, body, wanted.signal)
  const toUtf16 = utf16Offsets(text)
  return results
    .filter((result) => result.score >= scoreThreshold && (entities === undefined || entities.includes(result.entity_type)))
    .map((result) => toFinding(address, result, toUtf16))
    .toSorted((a, b) => a.start - b.start || b.end - a.end)
}

function toFinding(address: URL, result: z.infer<typeof Result>, toUtf16: (codePoint: number) => number | null): TextFinding {
  const { entity_type: entity, start: codePointStart, end: codePointEnd, score, analysis_explanation: why } = result
  const [start, end] = [toUtf16(codePointStart), toUtf16(codePointEnd)]
  if (start === null || end === null || end <= start)
    throw failed(address, `names characters ${codePointStart} to ${codePointEnd} of a text that does not reach so far`)
  const pattern = why?.pattern_name ?? entity.toLowerCase()
  const evidence = { pattern, checksum: null, contextWord: null, againstWord: null, shapeScore: score }
  return { entity, start, end, codePointStart, codePointEnd, score, recognizer: `presidio:${why?.recognizer ?? entity}`, evidence }
}

async function ask(
  options: PresidioOptions,
  address: URL,
  body: string,
  signal: AbortSignal | undefined,
): Promise<z.infer<typeof Results>> {
  const reply = await send(options, address, body, signal)
  if (reply.status !== 200) throw failed(address, `answers ${reply.status}${errorWords(reply.text)}`)
  let content: unknown
  try {
    content = JSON.parse(reply.text)
  } catch (cause) {
    throw failed(address, 'answers something else than JSON', cause)
  }
  const parsed = Results.safeParse(content)
  if (!parsed.success)
    throw failed(address, `answers something else than findings (${parsed.error.issues[0]?.path.join('.') || 'the whole'})`)
  return parsed.data
}

async function send(
  options: PresidioOptions,
  address: URL,
  body: string,
  signal: AbortSignal | undefined,
): Promise<{ status: number; text: string }> {
  const timeoutMs = options.timeoutMs ?? 30_000
  for (let attempt = 1; ; attempt++) {
    const limit = AbortSignal.timeout(timeoutMs)
    try {
      const reply = await options.fetch(address, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        redirect: 'manual',
        signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
      })
      return { status: reply.status, text: await reply.text() }
    } catch (cause) {
      signal?.throwIfAborted()
      if (limit.aborted) throw unreachable(address, `did not answer within ${timeoutMs} ms`, cause)
      if (attempt >= attempts) throw unreachable(address, `cannot be reached (${reasonOf(cause)})`, cause)
    }
  }
}

/** Presidio's errors are `{"error": "…"}`; of anything else nothing is told, and never a text. */
function errorWords(text: string): string {
  const [, words] = /^\s*\{\s*"error"\s*:\s*"([^"\\]{1,200})"\s*\}\s*$/.exec(text) ?? []
  return words !== undefined && /^(?:No |Unsupported |Misconfigured )/.test(words) ? `: ${words}` : ''
}

function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause
  return (inner as { code?: string }).code ?? (inner instanceof Error ? inner.name : 'unknown reason')
}

function unreachable(address: URL, what: string, cause: unknown): AtlasError {
  return new AtlasError('pii.engine_unreachable', `Presidio at ${address.origin} ${what}.`, { cause })
}

function failed(address: URL, what: string, cause?: unknown): AtlasError {
  return new AtlasError('pii.engine_failed', `Presidio at ${address.origin} ${what}.`, { cause })
}
