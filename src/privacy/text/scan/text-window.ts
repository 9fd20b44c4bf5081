import { CodeUnits } from '../code-units.ts'
import { depthLimit } from './position-automaton.ts'

/** So many code units of a text are looked at in one go, so that memory does not grow with the text and stays in the cache. */
export const windowSize = 16_384
/** In a window: the edge of the text. Not a code unit that stays in a window otherwise. */
export const edgeUnit = 0xd800
/** In a window: the second half of a character beyond the 16 bits. */
export const halfUnit = 0xdc00
const SURROGATE = /[\ud800-\udfff]/

/** A stretch of a text as code units: first the one before the window, then those of the window and of what is looked at behind it, then edges. */
export class TextWindow {
  readonly units: Uint16Array
  readonly #written = new CodeUnits(windowSize + depthLimit + 4)

  constructor() {
    this.units = this.#written.units
  }

  /** Reads the text from an offset on. */
  read(text: string, from: number): void {
    const { units } = this
    const to = Math.min(text.length, from + windowSize + depthLimit)
    const stretch = text.slice(Math.max(from - 1, 0), to)
    this.#written.write(stretch, from === 0 ? 1 : 0)
    if (SURROGATE.test(stretch)) this.#markHalves(text, from, to)
    if (from === 0) units[0] = edgeUnit
    units.fill(edgeUnit, to - from + 1, to - from + 4)
  }

  /** Leaves no surrogate but those that stand for halves. */
  #markHalves(text: string, from: number, to: number): void {
    for (let at = Math.max(from - 1, 0); at < to; at++) {
      const code = text.charCodeAt(at)
      if (code < 0xd800 || code > 0xdfff) continue
      const before = at === 0 ? 0 : text.charCodeAt(at - 1)
      const isHalf = code >= 0xdc00 && before >= 0xd800 && before <= 0xdbff
      this.units[at - from + 1] = isHalf ? halfUnit : 0xffff
    }
  }
}
