import type { Tokenizer } from '@huggingface/tokenizers'

/** A token with the span of the text it was made from (UTF-16). Start and end are the same where it came from nothing in the text. */
export interface TextToken {
  id: number
  start: number
  end: number
}

/** Turns text into the tokens of a model, with offsets, which the library does not give. */
export interface TextTokenizer {
  tokens(text: string): TextToken[]
  /** Ids that stand before and after the tokens of every window, e.g. [CLS] and [SEP]. */
  readonly before: readonly number[]
  readonly after: readonly number[]
}

/** A longer run without a space is cut: no model has a use for it, and hostile texts are no slower than others. */
const WORD = /\S{1,400}/gu
const cachedWords = 20_000

interface Shape {
  /** The tokens' characters stand for bytes (GPT-2, RoBERTa). */
  isByteLevel: boolean
  unknown: number | null
  suffix: string
}

/**
 * Tokenizes word by word: the tokenizers of token classifiers never join what a space divides. So each token lies in a known word, and within the
 * word the characters are counted off.
 * @param json content of tokenizer.json
 */
export function createTextTokenizer(tokenizer: Tokenizer, json: TokenizerJson): TextTokenizer {
  const shape = readShape(tokenizer, json)
  const cache = new Map<string, TextToken[]>()
  const normal = new Map<string, string>()
  const normalised = (unit: string): string => {
    const known = normal.get(unit)
    if (known !== undefined) return known
    const made = tokenizer.normalizer === null ? unit : tokenizer.normalizer(unit)
    if (normal.size < cachedWords) normal.set(unit, made)
    return made
  }

  function wordTokens(word: string, isFirst: boolean): readonly TextToken[] {
    const asRead = shape.isByteLevel && !isFirst ? ` ${word}` : word
    const known = cache.get(asRead)
    if (known !== undefined) return known
    const { ids, tokens } = tokenizer.encode(asRead, { add_special_tokens: false })
    const made = place(word, tokens, ids, shape, normalised, asRead.length > word.length)
    if (cache.size >= cachedWords) cache.clear()
    cache.set(asRead, made)
    return made
  }

  return {
    ...surroundings(tokenizer),
    tokens: (text) =>
      [...text.matchAll(WORD)].flatMap(({ 0: word, index }) =>
        wordTokens(word, index === 0).map(({ id, start, end }) => ({ id, start: start + index, end: end + index })),
      ),
  }
}

/** What is read of tokenizer.json. */
export interface TokenizerJson {
  model?: { type?: string; unk_token?: string | null; end_of_word_suffix?: string | null }
  pre_tokenizer?: { type?: string; pretokenizers?: { type?: string }[] } | null
}

function readShape(tokenizer: Tokenizer, { model, pre_tokenizer: pre }: TokenizerJson): Shape {
  const kinds = [pre?.type, ...(pre?.pretokenizers ?? []).map(({ type }) => type)]
  const unknown = typeof model?.unk_token === 'string' ? tokenizer.token_to_id(model.unk_token) : undefined
  return { isByteLevel: kinds.includes('ByteLevel'), unknown: unknown ?? null, suffix: model?.end_of_word_suffix ?? '' }
}

/** What the model's template puts around a text. */
function surroundings(tokenizer: Tokenizer): Pick<TextTokenizer, 'before' | 'after'> {
  const inside = '\u0000'
  const around = tokenizer.post_processor === null ? [inside] : tokenizer.post_processor([inside], null, true).tokens
  const at = around.indexOf(inside)
  const ids = (tokens: string[]) => tokens.flatMap((token) => tokenizer.token_to_id(token) ?? [])
  return { before: ids(around.slice(0, at)), after: ids(around.slice(at + 1)) }
}

/** Gives each token of a word its span in the word. */
function place(
  word: string,
  tokens: string[],
  ids: number[],
  shape: Shape,
  normalised: (unit: string) => string,
  hasSpace: boolean,
): TextToken[] {
  const { isByteLevel } = shape
  const sources = isByteLevel ? byteSources(word, normalised, hasSpace) : characterSources(word, normalised)
  const plain = isByteLevel ? '' : sources.map(({ text }) => text).join('')
  let at = 0
  const placed = tokens.map((token, index) => {
    const id = ids[index] ?? 0
    if (isByteLevel) return { id, from: at, to: (at += [...token].length) }
    const surface = surfaceOf(token, shape)
    const found = id === shape.unknown || surface === '' ? -1 : plain.indexOf(surface, at)
    if (found === -1) return { id, from: -1, to: -1 }
    at = found + surface.length
    return { id, from: found, to: at }
  })
  fillGaps(placed, sources.length)
  return placed.map(({ id, from, to }) => {
    const held = sources.slice(from, to).filter(({ end }) => end > 0)
    return { id, start: held[0]?.start ?? 0, end: held.at(-1)?.end ?? held[0]?.start ?? 0 }
  })
}

/** A token that could not be counted off (an unknown one) has what lies between its neighbours. */
function fillGaps(placed: { from: number; to: number }[], length: number): void {
  for (const [index, token] of placed.entries()) {
    if (token.from !== -1) continue
    token.from = placed.slice(0, index).findLast(({ to, from }) => to > from)?.to ?? 0
    token.to = placed.slice(index + 1).find(({ from }) => from !== -1)?.from ?? length
  }
}

function surfaceOf(token: string, { suffix }: Shape): string {
  const bare = suffix !== '' && token.endsWith(suffix) ? token.slice(0, -suffix.length) : token
  return bare.replace(/^(?:##|\u2581+)/u, '')
}

/** A character (or byte) as the tokenizer sees it, and where in the word it comes from. */
interface SourceUnit {
  text: string
  start: number
  end: number
}

/** By UTF-16 unit of the normalised word. A letter and the marks on it are one, so that they are composed as in the whole word. */
function characterSources(word: string, normalised: (unit: string) => string): SourceUnit[] {
  return [...word.matchAll(/\P{M}?\p{M}{0,8}/gsu)].flatMap(({ 0: unit, index }) => {
    const made = unit === '' ? '' : normalised(unit)
    return Array.from({ length: made.length }, (_, at) => ({ text: made.charAt(at), start: index, end: index + unit.length }))
  })
}

function byteSources(word: string, normalised: (unit: string) => string, hasSpace: boolean): SourceUnit[] {
  const bytes = characterSources(word, normalised)
  const whole = bytes.flatMap((unit, index) => {
    const code = unit.text.charCodeAt(0)
    // The two halves of a pair are four bytes together.
    const isHalf = code >= 0xd800 && code <= 0xdfff
    const size = isHalf ? 2 : Buffer.byteLength(unit.text)
    return Array.from({ length: size }, () => bytes[index] ?? unit)
  })
  return hasSpace ? [{ text: ' ', start: 0, end: 0 }, ...whole] : whole
}
