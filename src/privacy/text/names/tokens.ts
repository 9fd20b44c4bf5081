import { CodeUnits } from '../code-units.ts'
import { characterTable } from './characters.ts'
import { hashUnits, joinHashes, lexicon, type Lexicon } from './lexicon.ts'
import { splitWords } from './split-words.ts'
import { ANY_GIVEN, ANY_SURNAME, CALENDAR, COMMON, PHRASE, PLACE, LABEL, REGION, VERY_COMMON } from './word-kinds.ts'
import { CAMEL, CAPITALISED, CODE, LOWER, NUMBER } from './word-shapes.ts'

const CAPITALS_WITHIN = /^(?:Ma?c|O['\u2019]|D[eiua]['\u2019]?|L[aeo]['\u2019]?|Van|Von|Fitz|St|Al|El|Ben|[A-Z]['\u2019])[A-Z][a-zà-ÿ]+$/u
/** A word in lower case that was not looked up: most never are, as only those around a capital or a number matter. No word can be all this. */
const UNREAD = ~LABEL
const longestPhrase = 5
const NAMED = ANY_GIVEN | ANY_SURNAME | PLACE | REGION | COMMON | VERY_COMMON

/** The words of a stretch of text, in arrays that are used again for the next stretch. */
export class Tokens {
  text = ''
  /** What was found last, and the word after it. */
  last = { entity: '', next: -9 }
  count = 0
  start = new Int32Array(1024)
  end = new Int32Array(1024)
  shape = new Uint8Array(1024)
  /** Bits of what lies before the word; the one after the last word is a newline. */
  gap = new Uint16Array(1025)
  /** Words that something can begin with: all but those in lower case that are no label, in their order. */
  notable = new Int32Array(1024)
  notableCount = 0
  #kinds = new Int32Array(1025)
  #hashes = new Int32Array(1024)
  #from = 0
  /** The word whose phrases were read last, and the kinds of each by its number of words, up to so many. */
  #phraseStart = -1
  #phraseWords = 0
  readonly #phrases = new Int32Array(longestPhrase + 1)
  readonly #written = new CodeUnits(2048)
  readonly #lexicon: Lexicon = lexicon()

  /** Splits the text between two offsets (UTF-16) into words and looks those up that something can begin with. */
  read(text: string, from: number, to: number): void {
    this.text = text
    this.last = { entity: '', next: -9 }
    this.#from = from
    this.#phraseStart = -1
    this.#ensure(to - from)
    this.#written.write(text.slice(from, to))
    splitWords(this.#written.units, from, to - from, this)
    this.#kinds.fill(UNREAD, 0, this.count)
    this.#kinds[this.count] = 0
    this.#hashes.fill(0, 0, this.count)
    this.#lookUp()
  }

  #lookUp(): void {
    const { notable, notableCount, shape } = this
    const kinds = this.#kinds
    for (let place = 0; place < notableCount; place++) {
      const index = notable[place] ?? 0
      const form = shape[index] ?? 0
      if (form === NUMBER || form === CODE) kinds[index] = 0
      else if (form === LOWER) this.#readLower(index)
      else {
        const listed = this.#lexicon.words.kinds(this.#hashAt(index))
        kinds[index] = listed
        if (form === CAMEL && this.#isNameLike(index)) shape[index] = CAPITALISED
        else if (listed === 0 && form === CAPITALISED) this.#readGenitive(index)
      }
    }
  }

  /** The hash of a word, made when first asked for. */
  #hashAt(index: number): number {
    const known = this.#hashes[index] ?? 0
    if (known !== 0) return known
    const hash = hashUnits(this.#written.units, (this.start[index] ?? 0) - this.#from, (this.end[index] ?? 0) - this.#from)
    this.#hashes[index] = hash
    return hash
  }

  /** The first character of a word, folded; whatever past the last word. */
  letterAt(index: number): number {
    return (characterTable[this.#written.units[(this.start[index] ?? 0) - this.#from] ?? 0] ?? 0) & 0xffff
  }

  /** Bits of what a word can be; 0 past the last word. */
  kindsOf(index: number): number {
    const kinds = this.#kinds[index] ?? 0
    return kinds === UNREAD ? this.#readLower(index) : kinds
  }

  #readLower(index: number): number {
    const kinds = this.#lexicon.lowerCase.kinds(this.#hashAt(index))
    this.#kinds[index] = kinds
    return kinds
  }

  /** Bits of what a word in lower case would be with a capital. */
  listedKinds(index: number): number {
    return index < this.count ? this.#lexicon.words.kinds(this.#hashAt(index)) : 0
  }

  /** Whether a label of postcodes or names is to be read at the word; what follows it is found by it alone. */
  isLabel(index: number): boolean {
    return ((this.#kinds[index] ?? 0) & LABEL) !== 0
  }

  /** The genitive of the Nordic languages and German: the name is without its s. */
  #readGenitive(index: number): void {
    const end = (this.end[index] ?? 0) - 1
    const start = this.start[index] ?? 0
    if (this.text.charCodeAt(end) !== 0x73 || end - start < 2) return
    const listed = this.#lexicon.words.kinds(hashUnits(this.#written.units, start - this.#from, end - this.#from))
    // "Mondays" are no person whose name is Monday.
    const kinds = (listed & CALENDAR) !== 0 ? 0 : listed & NAMED
    this.#kinds[index] = (listed & CALENDAR) !== 0 ? CALENDAR : kinds
    if (kinds !== 0) this.end[index] = end
  }

  /** McDonald, MacLeod, O'Brien, DeShawn: capitals within that names have. */
  #isNameLike(index: number): boolean {
    return CAPITALS_WITHIN.test(this.text.slice(this.start[index], this.end[index]))
  }

  /** Index after the longest listed phrase of two or more words that begins at `index` and has one of the kinds; `index` when there is none. */
  phraseEnd(index: number, wanted: number): number {
    if (((this.#kinds[index] ?? 0) & PHRASE) === 0) return index
    if (this.#phraseStart !== index) this.#readPhrases(index)
    for (let words = this.#phraseWords; words > 1; words--) if (((this.#phrases[words] ?? 0) & wanted) !== 0) return index + words
    return index
  }

  /** Kinds of the phrases that begin at the word, which rule after rule asks for. */
  #readPhrases(index: number): void {
    let phrase = this.#hashAt(index)
    let words = 1
    for (let next = index + 1; next < this.count && words < longestPhrase; next++) {
      if (((this.gap[next] ?? 0) & ~(1 | 8 | 16 | 32 | 128)) !== 0) break
      phrase = joinHashes(phrase, this.#hashAt(next))
      const kinds = this.#lexicon.phrases.kinds(phrase)
      if (kinds === 0) break
      words += 1
      this.#phrases[words] = kinds
    }
    this.#phraseStart = index
    this.#phraseWords = words
  }

  #ensure(length: number): void {
    this.#written.ensure(length + 1)
    const size = (length >> 1) + 2
    if (size <= this.start.length) return
    this.start = new Int32Array(size)
    this.end = new Int32Array(size)
    this.#kinds = new Int32Array(size + 1)
    this.notable = new Int32Array(size)
    this.#hashes = new Int32Array(size)
    this.shape = new Uint8Array(size)
    this.gap = new Uint16Array(size + 1)
  }
}
