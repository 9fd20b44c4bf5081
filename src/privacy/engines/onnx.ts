import { setImmediate as nextTurn } from 'node:timers/promises'
import { defaultScoreThreshold } from '../text/analyzer.ts'
import { codePointOffsets } from '../text/code-points.ts'
import { normalise } from '../text/normalise.ts'
import type { TextFinding } from '../text/text-finding.ts'
import type { EngineOptions, PiiEngine } from './engine.ts'
import { joinUnits, type LabelledSpan, type LabelledUnit } from './onnx/labels.ts'
import { readModelFolder, type ModelFolder } from './onnx/model-folder.ts'
import { loadNetwork, type Network } from './onnx/network.ts'
import type { TextToken } from './onnx/text-tokenizer.ts'
import { bestLabel } from './onnx/best-label.ts'
import { windowsOver } from './onnx/windows.ts'

/**
 * An engine over a token classifier of one's own: a folder with model.onnx, tokenizer.json and config.json as Hugging Face exports them. It finds what
 * its labels name; numbers with check digits are for the rules (see `combineEngines`).
 * @throws AtlasError `pii.model_unusable` naming the file
 */
export async function openOnnxEngine(folder: string): Promise<PiiEngine> {
  const model = await readModelFolder(folder)
  const network = await loadNetwork(folder, model)
  // A network in WebAssembly does one thing at a time.
  let turn: Promise<unknown> = Promise.resolve()
  return {
    id: 'onnx',
    analyze: (texts, options = {}) => {
      const mine = turn.then(() => analyzeAll(model, network, texts, options))
      turn = mine.catch(() => undefined)
      return mine
    },
    close: async () => {
      await turn
      await network.close()
    },
  }
}

async function analyzeAll(
  model: ModelFolder,
  network: Network,
  texts: readonly string[],
  options: EngineOptions,
): Promise<TextFinding[][]> {
  const found: TextFinding[][] = []
  for (const text of texts) found.push(await analyzeText(model, network, text, options))
  return found
}

async function analyzeText(model: ModelFolder, network: Network, text: string, options: EngineOptions): Promise<TextFinding[]> {
  const plain = normalise(text)
  const tokens = model.tokenizer.tokens(plain.text)
  if (tokens.length === 0) return []
  const units = toUnits(plain.text, tokens, await labelTokens(model, network, tokens, options.signal))
  const { scoreThreshold = defaultScoreThreshold, entities } = options
  const toCodePoint = codePointOffsets(text)
  const isWanted = ({ entity, score }: LabelledSpan): boolean =>
    score >= scoreThreshold && (entities === undefined || entities.includes(entity))
  return joinUnits(units)
    .filter(isWanted)
    .map(({ entity, score, ...span }) => {
      const { start, end } = plain.toOriginal(span.start, span.end)
      const evidence = { pattern: entity.toLowerCase(), checksum: null, contextWord: null, againstWord: null, shapeScore: score }
      return {
        entity,
        start,
        end,
        codePointStart: toCodePoint(start),
        codePointEnd: toCodePoint(end),
        score,
        recognizer: `onnx:${model.name}`,
        evidence,
      }
    })
}

type Labelled = Pick<LabelledUnit, 'label' | 'score'>

async function labelTokens(
  model: ModelFolder,
  network: Network,
  tokens: readonly TextToken[],
  signal: AbortSignal | undefined,
): Promise<Labelled[]> {
  const { before, after } = model.tokenizer
  const labelled: Labelled[] = []
  for (const { from, to, keepFrom, keepTo } of windowsOver(tokens.length, model.longest - before.length - after.length)) {
    // The network holds the thread while it runs: between windows others get their turn.
    await nextTurn()
    signal?.throwIfAborted()
    const logits = await network.run([...before, ...tokens.slice(from, to).map(({ id }) => id), ...after])
    for (let at = keepFrom; at < keepTo; at++) labelled.push(bestLabel(logits, at - from + before.length, model.labels))
  }
  return labelled
}

/** Tokens of one word are one unit, with the label of the first: models are trained on first tokens, and say little of the others. */
function toUnits(text: string, tokens: readonly TextToken[], labelled: readonly Labelled[]): LabelledUnit[] {
  const units: LabelledUnit[] = []
  for (const [index, { start, end }] of tokens.entries()) {
    const said = labelled[index]
    const last = units.at(-1)
    if (said === undefined || end <= start) continue
    if (last !== undefined && start <= last.end && isInWord(text, last.end)) last.end = Math.max(last.end, end)
    else units.push({ start: Math.max(start, last?.end ?? 0), end, ...said })
  }
  return units.filter(({ start, end }) => end > start)
}

const INNER = /^[\p{L}\p{N}\p{M}][\p{L}\p{N}\p{M}]$/u

/** Whether the place in the text has a letter or digit on both sides. */
function isInWord(text: string, at: number): boolean {
  const before = text.codePointAt(at - (isLowHalf(text, at - 1) ? 2 : 1))
  const after = text.codePointAt(at)
  return before !== undefined && after !== undefined && INNER.test(String.fromCodePoint(before, after))
}

function isLowHalf(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= 0xdc00 && code <= 0xdfff
}
