import { symbolsOf, type SymbolSet } from './symbol-set.ts'

/** A regular expression as far as the scan must know it. */
export type RegexNode =
  | { kind: 'symbols'; set: SymbolSet }
  | { kind: 'sequence'; items: RegexNode[] }
  | { kind: 'choice'; items: RegexNode[] }
  | { kind: 'repeat'; item: RegexNode; min: number; max: number }
  | { kind: 'look'; ahead: boolean; negative: boolean; item: RegexNode }
  | { kind: 'edge'; sign: '^' | '$' | '\\b' | '\\B' }
  /** Something that can be any text: a back reference. */
  | { kind: 'anything' }

/**
 * Reads a regular expression with the flags `u`, or `iu`.
 * @throws SyntaxError for what is not read here (sets of the flag `v`, flags inside), though RegExp may know it
 */
export function parseRegex(source: string, ignoreCase: boolean): RegexNode {
  return new RegexReader(source, ignoreCase).read()
}

class RegexReader {
  private at = 0
  private readonly source: string
  private readonly ignoreCase: boolean

  constructor(source: string, ignoreCase: boolean) {
    this.source = source
    this.ignoreCase = ignoreCase
  }

  read(): RegexNode {
    const tree = this.readChoice()
    if (this.at < this.source.length) throw new SyntaxError(`unexpected ${this.source.charAt(this.at)} in a regular expression`)
    return tree
  }

  private readChoice(): RegexNode {
    const items = [this.readSequence()]
    while (this.take('|')) items.push(this.readSequence())
    return items.length === 1 && items[0] !== undefined ? items[0] : { kind: 'choice', items }
  }

  private readSequence(): RegexNode {
    const items: RegexNode[] = []
    while (this.at < this.source.length && !'|)'.includes(this.source.charAt(this.at))) items.push(this.readRepeated())
    return items.length === 1 && items[0] !== undefined ? items[0] : { kind: 'sequence', items }
  }

  private readRepeated(): RegexNode {
    const item = this.readItem()
    const match = this.takeMatch(/(?:[*+?]|\{(\d+)(,(\d*))?\})\??/y)
    if (match === null) return item
    const sign = match[0].charAt(0)
    if (sign !== '{') return { kind: 'repeat', item, min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Infinity }
    const min = Number(match[1])
    return { kind: 'repeat', item, min, max: match[2] === undefined ? min : match[3] === '' ? Infinity : Number(match[3]) }
  }

  private readItem(): RegexNode {
    if (this.take('(')) return this.readGroup()
    if (this.take('^')) return { kind: 'edge', sign: '^' }
    if (this.take('$')) return { kind: 'edge', sign: '$' }
    if (this.takeMatch(/\\[bB]/y) !== null) return { kind: 'edge', sign: this.source.charAt(this.at - 1) === 'b' ? '\\b' : '\\B' }
    if (this.takeMatch(/\\(?:[1-9]\d*|k<[^>]+>)/y) !== null) return { kind: 'anything' }
    const one = this.takeMatch(
      /\[(?:\\[^]|[^\]\\])*\]|\\(?:u\{[0-9A-Fa-f]+\}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[pP]\{[^}]+\}|c[A-Za-z]|[^])|[^]/uy,
    )
    if (one === null || '*+?{'.includes(one[0])) throw new SyntaxError('a regular expression ends too early')
    return { kind: 'symbols', set: symbolsOf(one[0], this.ignoreCase) }
  }

  /** After the opening parenthesis. */
  private readGroup(): RegexNode {
    const look = this.takeMatch(/\?<?[=!]/y)?.[0]
    if (
      look === undefined &&
      this.takeMatch(/\?(?::|<[\p{ID_Start}$_][\p{ID_Continue}$]*>)/uy) === null &&
      this.source.charAt(this.at) === '?'
    )
      throw new SyntaxError('flags inside a regular expression are not read')
    const item = this.readChoice()
    if (!this.take(')')) throw new SyntaxError('a group of a regular expression does not end')
    return look === undefined ? item : { kind: 'look', ahead: !look.includes('<'), negative: look.endsWith('!'), item }
  }

  private take(character: string): boolean {
    if (this.source.charAt(this.at) !== character) return false
    this.at += 1
    return true
  }

  private takeMatch(regex: RegExp): RegExpExecArray | null {
    regex.lastIndex = this.at
    const match = regex.exec(this.source)
    if (match !== null) this.at = regex.lastIndex
    return match
  }
}
