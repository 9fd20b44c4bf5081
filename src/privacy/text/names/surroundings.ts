import { COLON, COMMA, DOT, NEWLINE, PARENTHESIS, QUOTE, SLASH, SPACE, STOP, OTHER } from './characters.ts'
import type { Tokens } from './tokens.ts'
import { FUNCTION, ORG_CONTEXT, PERSON_LEAD, PERSON_VERB, PLACE_LEAD, PLACE_VERB, TITLE } from './word-kinds.ts'
import { ALL_CAPITALS, CAPITALISED, INITIAL, LOWER, NUMBER } from './word-shapes.ts'
import { WordSet } from './word-set.ts'

const GLUE = SLASH | OTHER
const AT_WORDS = new WordSet('at for by with of hos ved i på af from fra bei the')
const EMPLOYING = new WordSet('at for by with from hos fra bei')
const ARTICLES = new WordSet('the a an my your our')
const SIGN_OFFS = new WordSet(
  'regards sincerely cheers thanks love thank hilsen hilsner mvh vh tak hälsningar grüßen best faithfully truly',
)
const JOINING = new WordSet('and or og eller und och')

export function isCapital(shape: number | undefined): boolean {
  return shape === CAPITALISED || shape === ALL_CAPITALS || shape === INITIAL
}

export function wordAt(t: Tokens, index: number): string {
  return t.text.slice(t.start[index], t.end[index])
}

export function isSentenceStart(t: Tokens, index: number): boolean {
  const gap = t.gap[index] ?? 0
  if ((gap & (NEWLINE | STOP | QUOTE | COLON)) !== 0) return true
  if ((gap & DOT) === 0) return false
  // After "Mr." or "J." the sentence goes on.
  return index > 0 && (t.kindsOf(index - 1) & TITLE) === 0 && t.shape[index - 1] !== INITIAL
}

/** What the words around the words `first` to `end` (exclusive) say of them; what costs more than a test of bits is read when asked for. */
export class Surroundings {
  readonly #tokens: Tokens
  readonly #first: number
  readonly #end: number
  /** Bits of what lies before the words and after them. */
  readonly #before: number
  readonly #after: number
  /** Bits of the word right before, where it belongs to the same sentence. */
  readonly #left: number
  readonly isSentenceStart: boolean
  /** Glued to a path, an address, code. */
  readonly isGlued: boolean
  /** A capital amid lower-case words. */
  readonly isMidSentence: boolean
  /** Right before: dear, my brother, named. */
  readonly personBefore: boolean
  /** Right before: Mr, hr., in whatever case. */
  readonly titleBefore: boolean

  constructor(t: Tokens, first: number, end: number) {
    const before = t.gap[first] ?? 0
    const after = t.gap[end] ?? NEWLINE
    const beside = first > 0 ? t.kindsOf(first - 1) : 0
    const left = (before & (NEWLINE | STOP | PARENTHESIS | DOT)) === 0 ? beside : 0
    this.#tokens = t
    this.#first = first
    this.#end = end
    this.#before = before
    this.#after = after
    this.#left = left
    this.isSentenceStart = isSentenceStart(t, first)
    this.isGlued = isGlued(before) || isGlued(after) || ((after & DOT) !== 0 && (after & (SPACE | NEWLINE)) === 0 && end < t.count)
    this.isMidSentence = isMidSentence(t, first, end, beside)
    this.personBefore = (beside & PERSON_LEAD) !== 0 && isLed(t, first, before, after, left)
    this.titleBefore = (beside & TITLE) !== 0 && (before & ~(SPACE | DOT)) === 0
  }

  /** Right after: said, lives; or 's with a noun. */
  get personAfter(): boolean {
    const t = this.#tokens
    const next = this.#end
    if (t.shape[next] !== LOWER) return false
    if ((this.#after & QUOTE) !== 0 && (t.end[next] ?? 0) - (t.start[next] ?? 0) === 1) return true
    return (this.#after & ~SPACE) === 0 && next < t.count && (t.kindsOf(next) & PERSON_VERB) !== 0
  }

  /** Right before: in, from, near. */
  get placeBefore(): boolean {
    return (this.#before & ~SPACE) === 0 && (this.#left & PLACE_LEAD) !== 0
  }

  /** Alone on its line or in its field. */
  get isAlone(): boolean {
    return (this.#before & NEWLINE) !== 0 && (this.#after & (NEWLINE | COMMA)) !== 0
  }

  /** After "City:". */
  get placeField(): boolean {
    return (this.#before & COLON) !== 0 && (this.#left & PLACE_VERB) !== 0
  }

  /** After "Employer:". */
  get organisationField(): boolean {
    return (this.#before & COLON) !== 0 && (this.#left & ORG_CONTEXT) !== 0
  }

  /** Entity of the finding right before, with a comma or "and" in between. */
  get listedAfter(): string {
    return isListed(this.#tokens, this.#first) ? this.#tokens.last.entity : ''
  }

  /** Entity of the finding that is the line before. */
  get lineAfter(): string {
    const { last } = this.#tokens
    return last.next === this.#first && (this.#before & NEWLINE) !== 0 ? last.entity : ''
  }

  /** Up to four words before: live, born, moved. */
  get placeVerb(): boolean {
    return anyBefore(this.#tokens, this.#first, 4, PLACE_VERB)
  }

  /** Up to five words around: company, works. */
  get organisationNear(): boolean {
    return anyBefore(this.#tokens, this.#first, 5, ORG_CONTEXT) || anyAfter(this.#tokens, this.#end, 3, ORG_CONTEXT)
  }

  /** Right before: the, a, my. */
  get isAfterArticle(): boolean {
    const t = this.#tokens
    return this.#first > 0 && followsClosely(t, this.#first) && ARTICLES.hasInAnyCase(t, this.#first - 1)
  }

  /** A word in lower case comes next that is neither a small one nor what a person does. */
  get isBeforeNoun(): boolean {
    const t = this.#tokens
    const next = this.#end
    return followsClosely(t, next) && t.shape[next] === LOWER && (t.kindsOf(next) & (FUNCTION | PERSON_VERB)) === 0
  }

  /** Right before: works at, working for, employed by. */
  get isEmployed(): boolean {
    return this.atBefore && EMPLOYING.has(this.#tokens, this.#first - 1) && (this.#tokens.kindsOf(this.#first - 2) & ORG_CONTEXT) !== 0
  }

  /** Right before: at, for, by, with, of. */
  get atBefore(): boolean {
    const t = this.#tokens
    if (this.#left === 0 || ((t.gap[this.#first] ?? 0) & ~SPACE) !== 0) return false
    return (this.#left & ORG_CONTEXT) !== 0 || AT_WORDS.hasInAnyCase(t, this.#first - 1)
  }
}

/** Whether the word for a person right before leads on to the words: "dear Anna", "Best regards,\nAnna", "my boss, Thandeka, says". */
function isLed(t: Tokens, first: number, before: number, after: number, left: number): boolean {
  if (left !== 0 && (before & (NEWLINE | COLON | COMMA)) === (before & COLON)) return true
  if ((before & ~(SPACE | COMMA | NEWLINE | STOP)) === 0 && SIGN_OFFS.hasInAnyCase(t, first - 1)) return true
  return before === (COMMA | SPACE) && (left & FUNCTION) === 0 && (after & ~SPACE) === COMMA
}

function isListed(t: Tokens, first: number): boolean {
  const gap = t.gap[first] ?? 0
  if (t.last.next === first) return gap === (COMMA | SPACE)
  return t.last.next === first - 1 && (gap & ~SPACE) === 0 && JOINING.has(t, first - 1)
}

function isMidSentence(t: Tokens, first: number, end: number, beside: number): boolean {
  if (first === 0 || t.gap[first] !== SPACE) return false
  const isAfterWord = t.shape[first - 1] === LOWER || (beside & FUNCTION) !== 0
  return isAfterWord && !(t.gap[end] === SPACE && isCapital(t.shape[end]))
}

function isGlued(gap: number): boolean {
  return (gap & GLUE) !== 0 && (gap & (SPACE | NEWLINE)) === 0
}

function anyBefore(t: Tokens, first: number, words: number, kinds: number): boolean {
  for (let index = first - 1; index >= 0 && index >= first - words; index--) {
    if (((t.gap[index + 1] ?? 0) & (NEWLINE | STOP)) !== 0) return false
    if ((t.kindsOf(index) & kinds) !== 0) return true
  }
  return false
}

function anyAfter(t: Tokens, end: number, words: number, kinds: number): boolean {
  for (let index = end; index < t.count && index < end + words; index++) {
    if (((t.gap[index] ?? 0) & (NEWLINE | STOP | DOT)) !== 0) return false
    if ((t.kindsOf(index) & kinds) !== 0 && (t.kindsOf(index) & FUNCTION) === 0) return true
  }
  return false
}

/** Whether only blanks lie before the word. */
export function followsClosely(t: Tokens, index: number): boolean {
  return index < t.count && ((t.gap[index] ?? 0) & ~SPACE) === 0
}

export function digitsAt(t: Tokens, index: number): number {
  return t.shape[index] === NUMBER ? (t.end[index] ?? 0) - (t.start[index] ?? 0) : 0
}
