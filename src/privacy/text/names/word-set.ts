import type { Tokens } from './tokens.ts'
import { foldOf } from './characters.ts'

/** A few words that are looked for in a text. Most others are told from them by first letter and length, before a string is made of them. */
export class WordSet {
  readonly #words: ReadonlySet<string>
  /** By the last bits of the first letter, folded, a bit for each length. */
  readonly #lengths = new Int32Array(32)

  /** @param words parted by blanks; in lower case where `hasInAnyCase` is asked */
  constructor(words: string) {
    this.#words = new Set(words.split(' '))
    for (const word of this.#words) {
      const letter = (foldOf[word.charCodeAt(0)] ?? 0) & 31
      this.#lengths[letter] = (this.#lengths[letter] ?? 0) | (1 << word.length)
    }
  }

  /** Whether the word at `index` is one of them, written so. */
  has(t: Tokens, index: number): boolean {
    return this.#mayHave(t, index) && this.#words.has(t.text.slice(t.start[index], t.end[index]))
  }

  /** Whether the word at `index` is one of them in whatever case. */
  hasInAnyCase(t: Tokens, index: number): boolean {
    return this.#mayHave(t, index) && this.#words.has(t.text.slice(t.start[index], t.end[index]).toLowerCase())
  }

  #mayHave(t: Tokens, index: number): boolean {
    const length = (t.end[index] ?? 0) - (t.start[index] ?? 0)
    return ((this.#lengths[t.letterAt(index) & 31] ?? 0) & (1 << length)) !== 0 && index >= 0 && index < t.count
  }
}
