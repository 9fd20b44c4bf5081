import { judgeMatch } from '../find-by-pattern.ts'
import { readMatch, recogniseAll, regexOf } from '../recognise.ts'
import type { FindOptions, Gate, JudgedShape, RawMatch, TextRecognizer, ValidateOptions } from '../text-recognizer.ts'
import { buildAutomaton, type PositionAutomaton } from './position-automaton.ts'
import { PrefixAutomaton } from './prefix-automaton.ts'
import { parseRegex } from './regex-tree.ts'

type Options = ValidateOptions & FindOptions
const NONE: RawMatch[] = []
const CASED = /\p{L}/u
const NOWHERE: PositionAutomaton = { sets: [], follow: [], starts: [], last: new Set(), nullable: false }

/** One regular expression of a recognizer that is tried only where it may match. */
interface ScannedShape {
  /** Sticky: matches where it is put or not at all. */
  regex: RegExp
  automaton: PositionAutomaton
  nextStart: JudgedShape['nextStart']
  read(match: RegExpExecArray, text: string, options: Options): { found: RawMatch | null; resume: number }
}

/** Finds what `recognise` finds for each of many recognizers, in one pass over the text. */
export class TextScanner {
  private readonly recognizers: readonly TextRecognizer[]
  /** By recognizer; null for one whose `find` goes over the whole text. */
  private readonly shapesOf: (ScannedShape[] | null)[]
  private readonly shapes: ScannedShape[]
  private readonly prefixes: PrefixAutomaton
  /** By shape: where it may match next. */
  private readonly resumes: Int32Array
  /** Shapes that say themselves where they can begin. */
  private readonly jumping: readonly number[]

  constructor(recognizers: readonly TextRecognizer[]) {
    this.recognizers = recognizers
    this.shapesOf = recognizers.map(scannedShapes)
    this.shapes = this.shapesOf.flatMap((shapes) => shapes ?? [])
    this.prefixes = new PrefixAutomaton(this.shapes.map(({ automaton, nextStart }) => (nextStart === undefined ? automaton : NOWHERE)))
    this.resumes = new Int32Array(this.shapes.length)
    this.jumping = [...this.shapes.keys()].filter((index) => this.shapes[index]?.nextStart !== undefined)
  }

  /** All matches of each recognizer, in the order given to the constructor; those that lie in others of the same recognizer are among them. */
  scan(text: string, options: Options): RawMatch[][] {
    const found = this.scanShapes(text, options)
    const gates = new OpenGates(text)
    let next = 0
    return this.recognizers.map((recognizer, index) => {
      const shapes = this.shapesOf[index]
      if (shapes === null || shapes === undefined) return gates.isOpen(recognizer.gate) ? recogniseAll(recognizer, text, options) : NONE
      const first = next
      next += shapes.length
      let all: RawMatch[] = NONE
      for (let shape = first; shape < next; shape++) {
        const matches = found[shape]
        if (matches !== undefined) all = all.length === 0 ? matches : [...all, ...matches]
      }
      return all
    })
  }

  private scanShapes(text: string, options: Options): (RawMatch[] | undefined)[] {
    const { shapes } = this
    const found: (RawMatch[] | undefined)[] = shapes.map(() => undefined)
    const resumes = this.resumes.fill(0)
    const tryAt = (index: number, at: number): void => {
      const shape = shapes[index]
      if (shape === undefined || at < (resumes[index] ?? 0)) return
      shape.regex.lastIndex = at
      const match = shape.regex.exec(text)
      if (match === null) return
      const read = shape.read(match, text, options)
      resumes[index] = read.resume
      if (read.found === null) return
      const matches = found[index]
      if (matches === undefined) found[index] = [read.found]
      else matches.push(read.found)
    }
    this.prefixes.scan(text, tryAt)
    for (const index of this.jumping) {
      const nextStart = shapes[index]?.nextStart
      if (nextStart === undefined) continue
      for (let at = nextStart(text, 0); at !== -1; at = nextStart(text, Math.max(at + 1, resumes[index] ?? 0))) tryAt(index, at)
    }
    return found
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
      : (recognizer.find.shapes?.map((shape) =>
          scannedShape(shape.regex, (match, text) => judgeMatch(shape, match, text), shape.nextStart),
        ) ?? [null])
  const scanned = shapes.filter((shape) => shape !== null)
  return scanned.length === shapes.length ? scanned : null
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

/** Answers whether a text may hold what a gate asks for. */
class OpenGates {
  private readonly text: string
  private lower: string | undefined

  constructor(text: string) {
    this.text = text
  }

  isOpen(gate: Gate): boolean {
    // Counting digits takes as long as looking for a shape with digits.
    if ('digits' in gate) return true
    return ('text' in gate ? gate.text : gate.words).some((part) => (CASED.test(part) ? this.lowered() : this.text).includes(part))
  }

  /** Made for gates with letters alone: signs are looked for in the text as it is. */
  private lowered(): string {
    this.lower ??= this.text.toLowerCase()
    return this.lower
  }
}
