import { judgeMatch } from '../find-by-pattern.ts'
import { readMatch, recogniseAll, regexOf } from '../recognise.ts'
import type { FindOptions, Gate, JudgedShape, RawMatch, RunShape, TextRecognizer, ValidateOptions } from '../text-recognizer.ts'
import { buildAutomaton, type PositionAutomaton } from './position-automaton.ts'
import { PrefixAutomaton } from './prefix-automaton.ts'
import { parseRegex } from './regex-tree.ts'

type Options = ValidateOptions & FindOptions
const NONE: readonly RawMatch[] = []
const CASED = /\p{L}/u
const NOWHERE: PositionAutomaton = { sets: [], follow: [], starts: [], last: new Set(), nullable: false }

/** What one recognizer matched in a text; matches that lie in others of its own are among them. */
export interface Found {
  recognizer: TextRecognizer
  matches: readonly RawMatch[]
}

/** One regular expression of a recognizer that is tried only where it may match. */
interface ScannedShape {
  /** Sticky: matches where it is put or not at all. */
  regex: RegExp
  automaton: PositionAutomaton
  nextStart: JudgedShape['nextStart']
  read(match: RegExpExecArray, text: string, options: Options): { found: RawMatch | null; resume: number }
}

/** A recognizer, and which of the shapes are its own; none where its `find` goes over the whole text. */
interface Part {
  recognizer: TextRecognizer
  firstShape: number
  endShape: number
  gate: OpenGate
}

/** Finds what `recognise` finds for each of many recognizers, in one pass over the text. */
export class TextScanner {
  readonly #parts: readonly Part[]
  readonly #shapes: readonly ScannedShape[]
  readonly #prefixes: PrefixAutomaton
  /** By shape: where it may match next. */
  readonly #resumes: Int32Array
  /** By shape: what it matched; null for most. */
  readonly #matches: (RawMatch[] | null)[]
  /** Shapes that say themselves where they can begin. */
  readonly #jumping: readonly number[]

  constructor(recognizers: readonly TextRecognizer[]) {
    const shapes: ScannedShape[] = []
    this.#parts = recognizers.map((recognizer) => {
      const firstShape = shapes.length
      shapes.push(...(scannedShapes(recognizer) ?? []))
      return { recognizer, firstShape, endShape: shapes.length, gate: openGate(recognizer.gate) }
    })
    this.#shapes = shapes
    this.#prefixes = new PrefixAutomaton(shapes.map(({ automaton, nextStart }) => (nextStart === undefined ? automaton : NOWHERE)))
    this.#resumes = new Int32Array(shapes.length)
    this.#matches = shapes.map(() => null)
    this.#jumping = [...shapes.keys()].filter((index) => shapes[index]?.nextStart !== undefined)
  }

  /** What the recognizers matched, in the order given to the constructor, without those that matched nothing. */
  scan(text: string, options: Options): Found[] {
    try {
      this.#scanShapes(text, options)
    } catch (error) {
      // Nothing of this text may turn up in the next one.
      this.#matches.fill(null)
      throw error
    }
    return this.#collect(text, options)
  }

  #collect(text: string, options: Options): Found[] {
    const found: Found[] = []
    for (const { recognizer, firstShape, endShape, gate } of this.#parts) {
      const matches =
        firstShape < endShape ? this.#takeMatches(firstShape, endShape) : gate(text) ? recogniseAll(recognizer, text, options) : NONE
      if (matches.length > 0) found.push({ recognizer, matches })
    }
    return found
  }

  /** What was kept of the shapes of one recognizer, one shape after the other; nothing is kept any longer. */
  #takeMatches(first: number, end: number): readonly RawMatch[] {
    let all = NONE
    for (let shape = first; shape < end; shape++) {
      const matches = this.#matches[shape] ?? null
      if (matches === null) continue
      all = all.length === 0 ? matches : [...all, ...matches]
      this.#matches[shape] = null
    }
    return all
  }

  #scanShapes(text: string, options: Options): void {
    const resumes = this.#resumes.fill(0)
    const tryAt = (index: number, at: number): void => this.#tryAt(index, at, text, options)
    this.#prefixes.scan(text, tryAt)
    for (const index of this.#jumping) {
      const nextStart = this.#shapes[index]?.nextStart
      if (nextStart === undefined) continue
      for (let at = nextStart(text, 0); at !== -1; at = nextStart(text, Math.max(at + 1, resumes[index] ?? 0))) tryAt(index, at)
    }
  }

  #tryAt(index: number, at: number, text: string, options: Options): void {
    const shape = this.#shapes[index]
    if (shape === undefined || at < (this.#resumes[index] ?? 0)) return
    shape.regex.lastIndex = at
    const match = shape.regex.exec(text)
    if (match === null) return
    const { found, resume } = shape.read(match, text, options)
    this.#resumes[index] = resume
    if (found === null) return
    const matches = this.#matches[index] ?? null
    if (matches === null) this.#matches[index] = [found]
    else matches.push(found)
  }
}

/** Null where a part of the recognizer can only be run over the whole text. */
function scannedShapes(recognizer: TextRecognizer): ScannedShape[] | null {
  const shapes =
    recognizer.find === undefined
      ? recognizer.patterns.map((pattern) =>
          scannedShape(regexOf(pattern), (match, _text, options) => ({
            found: readMatch(recognizer, pattern, match, options),
            resume: match.index + match[0].length,
          })),
        )
      : (recognizer.find.shapes?.map(shapeOfFind) ?? [null])
  const scanned = shapes.filter((shape) => shape !== null)
  return scanned.length === shapes.length ? scanned : null
}

function shapeOfFind(shape: JudgedShape | RunShape): ScannedShape | null {
  if ('judge' in shape) return scannedShape(shape.regex, (match, text) => judgeMatch(shape, match, text), shape.nextStart)
  return scannedShape(shape.regex, (match, text, options) => shape.read(text, match.index, match.index + match[0].length, options))
}

function scannedShape(regex: RegExp, read: ScannedShape['read'], nextStart?: JudgedShape['nextStart']): ScannedShape | null {
  try {
    const automaton = buildAutomaton(parseRegex(regex.source, regex.ignoreCase))
    if (automaton.nullable || regex.multiline) return null
    return { regex: new RegExp(regex.source, `${regex.flags.replace('g', '')}y`), automaton, nextStart, read }
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return null
    throw error
  }
}

/** Whether a text may hold what a gate asks for. */
type OpenGate = (text: string) => boolean

function openGate(gate: Gate): OpenGate {
  // Counting digits takes as long as looking for a shape with digits.
  if ('digits' in gate) return () => true
  const parts = 'text' in gate ? gate.text : gate.words
  const isCased = parts.some((part) => CASED.test(part))
  // Signs are looked for in the text as it is.
  return isCased ? (text) => holdsAny(text.toLowerCase(), parts) : (text) => holdsAny(text, parts)
}

function holdsAny(text: string, parts: readonly string[]): boolean {
  for (const part of parts) if (text.includes(part)) return true
  return false
}
