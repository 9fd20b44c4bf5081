import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { openEngine } from '../src/privacy/engines/open-engine.ts'
import { codePointOffsets } from '../src/privacy/text/code-points.ts'
import { readSettings } from '../src/server/settings.ts'
import { rulesEngine, type SpanFinder } from './pii-eval/engines.ts'
import { kindOf } from './pii-eval/entity-map.ts'
import { readMarkedTexts } from './pii-eval/marked-texts.ts'
import { addTallies, measure, scoreSpans, type Span, type Tally } from './pii-eval/span-score.ts'
import type { Benchmark } from './support/benchmark.ts'

/** A labelled text as presidio-research writes it; offsets are code points. */
export interface LabelledText {
  full_text: string
  spans: { entity_type: string; start_position: number; end_position: number }[]
}

/**
 * `npm run bench -- pii-eval FILE… [--engine rules|onnx|presidio] [--url http://…]`: precision, recall and F2 of an engine over labelled texts. The
 * metrics `precision`, `recall` and `f2` are binary (PII or not) at an overlap of 0.75; `…50` at 0.5; `typed…` by kind at 0.75. A table by kind goes to stderr.
 */
export const benchmark: Benchmark = async (args, log) => {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { engine: { type: 'string', default: 'rules' }, url: { type: 'string' } },
  })
  if (positionals.length === 0) throw new Error('Give the file of labelled texts: npm run bench -- pii-eval FILE')
  const texts = positionals.flatMap(readTexts)
  const results = await evaluate(texts, await openFinder(values.engine, values.url))
  for (const line of describe(values.engine, texts.length, results)) log(line)
  return metricsOf(results)
}

/** A JSON array of labelled texts, or texts with marks (`.txt`, see `readMarkedTexts`). */
export function readTexts(file: string): LabelledText[] {
  const content = readFileSync(file, 'utf8')
  return file.endsWith('.txt') ? readMarkedTexts(content) : (JSON.parse(content) as LabelledText[])
}

/** `rules`, or what the settings name: `onnx` (ATLAS_PII_MODEL, with the rules) and `presidio` (ATLAS_PRESIDIO_URL, or `--url`). */
async function openFinder(name: string, url: string | undefined): Promise<SpanFinder> {
  if (name === 'rules') return rulesEngine()
  if (name !== 'onnx' && name !== 'presidio') throw new Error(`Engine ${name} is not known: rules, onnx, presidio`)
  const settings = readSettings(process.env)
  const engine = await openEngine(name, { ...settings, presidioUrl: url ?? settings.presidioUrl }, { fetch })
  return async (text) => {
    const [found = []] = await engine.analyze([text])
    return found.map(({ entity, start, end }) => ({ kind: kindOf(entity), start, end }))
  }
}

/** Tallies by overlap and by whether kinds count. */
export interface Results {
  binary75: Map<string, Tally>
  binary50: Map<string, Tally>
  typed75: Map<string, Tally>
  typed50: Map<string, Tally>
}

/** Runs the engine over each text and counts. */
export async function evaluate(texts: readonly LabelledText[], find: SpanFinder): Promise<Results> {
  const results: Results = { binary75: new Map(), binary50: new Map(), typed75: new Map(), typed50: new Map() }
  for (const { full_text: text, spans } of texts) {
    const truth = spansOf(text, spans)
    const found = await find(text)
    addTallies(results.binary75, scoreSpans(text, truth, found, 0.75, true))
    addTallies(results.binary50, scoreSpans(text, truth, found, 0.5, true))
    addTallies(results.typed75, scoreSpans(text, truth, found, 0.75, false))
    addTallies(results.typed50, scoreSpans(text, truth, found, 0.5, false))
  }
  return results
}

/** The labels with UTF-16 offsets and our kinds. */
export function spansOf(text: string, spans: LabelledText['spans']): Span[] {
  const toCodePoint = codePointOffsets(text)
  if (toCodePoint(text.length) === text.length)
    return spans.map((span) => ({ kind: kindOf(span.entity_type), start: span.start_position, end: span.end_position }))
  const characters = [...text]
  const toUtf16 = (offset: number): number => characters.slice(0, offset).join('').length
  return spans.map((span) => ({ kind: kindOf(span.entity_type), start: toUtf16(span.start_position), end: toUtf16(span.end_position) }))
}

function total(tallies: ReadonlyMap<string, Tally>): Tally {
  const sum = { right: 0, wrong: 0, missed: 0 }
  for (const { right, wrong, missed } of tallies.values()) {
    sum.right += right
    sum.wrong += wrong
    sum.missed += missed
  }
  return sum
}

/** The figures of a run, under the names of the metrics. */
export function metricsOf(results: Results): Record<string, number> {
  const { precision, recall, f2 } = measure(total(results.binary75))
  const half = measure(total(results.binary50))
  const typed = measure(total(results.typed75))
  return {
    precision,
    recall,
    f2,
    precision50: half.precision,
    recall50: half.recall,
    f250: half.f2,
    typedPrecision: typed.precision,
    typedRecall: typed.recall,
    typedF2: typed.f2,
  }
}

function describe(engine: string, count: number, results: Results): string[] {
  const row = (name: string, one: Tally, half: Tally): string => {
    const [a, b] = [measure(one), measure(half)]
    const figures = [a.precision, a.recall, a.f2, b.precision, b.recall, b.f2].map((figure) => figure.toFixed(3).padStart(6)).join(' ')
    return `${name.padEnd(20)} ${String(one.right + one.missed).padStart(6)}  ${figures}`
  }
  const kinds = [...results.typed75.keys()].toSorted()
  const none = { right: 0, wrong: 0, missed: 0 }
  return [
    `engine ${engine}, ${count} texts; precision, recall, F2 at overlap 0.75, then at 0.5`,
    row('all, PII or not', total(results.binary75), total(results.binary50)),
    row('all, by kind', total(results.typed75), total(results.typed50)),
    ...kinds.map((kind) => row(kind, results.typed75.get(kind) ?? none, results.typed50.get(kind) ?? none)),
  ]
}
