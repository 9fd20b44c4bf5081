import { depthLimit, type PositionAutomaton } from './position-automaton.ts'
import { edgeSymbol, otherSymbol, symbolCount, type SymbolSet } from './symbol-set.ts'

/** In the table: nothing of any pattern is left. */
const deadState = 1
const UNKNOWN = 0
const NONE = new Int32Array(0)
/** The table starts anew at so many states, so that odd texts cannot fill the memory. */
const mostStates = 20_000

/**
 * Tells at which places of a text which of many patterns can match at all: one deterministic automaton over all of them, made as texts need it
 * (as in K. Thompson, Regular expression search algorithm, 1968). Says rather yes too often; never no where a pattern matches.
 */
export class PrefixAutomaton {
  /** Class of each symbol: symbols in one class lead everywhere to the same. */
  readonly classes: Uint16Array
  readonly edgeClass: number
  readonly otherClass: number
  private readonly classCount: number
  private readonly sets: SymbolSet[] = []
  private readonly follow: Int32Array[] = []
  private readonly owner: number[] = []
  private readonly isLast: boolean[] = []
  private readonly firsts: { positions: Int32Array; before: SymbolSet }[] = []
  /** One symbol that stands for each class. */
  private readonly samples: number[]
  private table = new Int32Array(0)
  private stateCount = 0
  private positionsOf: Int32Array[] = []
  private readonly marks: Int32Array
  private markRound = 0
  private acceptedOf: (readonly number[] | null)[] = []
  private aliveOf: (readonly number[] | undefined)[] = []
  private readonly toldAt: Int32Array
  private byKey = new Map<string, number>()
  private starts: number[] = []

  constructor(patterns: readonly PositionAutomaton[]) {
    for (const [pattern, automaton] of patterns.entries()) this.add(pattern, automaton)
    this.marks = new Int32Array(this.sets.length)
    this.toldAt = new Int32Array(patterns.length)
    this.classes = classesBy(new Set([...this.sets, ...this.firsts.map(({ before }) => before)]))
    this.samples = []
    for (const [symbol, symbolClass] of this.classes.entries()) this.samples[symbolClass] ??= symbol
    this.classCount = this.samples.length
    this.edgeClass = this.classes[edgeSymbol] ?? 0
    this.otherClass = this.classes[otherSymbol] ?? 0
    this.reset()
  }

  private add(pattern: number, automaton: PositionAutomaton): void {
    const offset = this.sets.length
    for (const [position, set] of automaton.sets.entries()) {
      this.sets.push(set)
      this.follow.push(Int32Array.from(automaton.follow[position] ?? [], (next) => next + offset))
      this.owner.push(pattern)
      this.isLast.push(automaton.last.has(position))
    }
    this.firsts.push({ positions: Int32Array.from(automaton.first, (position) => position + offset), before: automaton.before })
  }

  private reset(): void {
    this.stateCount = 2
    this.table = new Int32Array(1024 * this.classCount)
    this.positionsOf = [NONE, NONE]
    this.acceptedOf = [null, null]
    this.aliveOf = []
    this.byKey = new Map([['', deadState]])
    this.starts = this.samples.map(() => UNKNOWN)
  }

  /**
   * Calls `hit` for each pattern and each place of the text where it may start to match, in the order of the places.
   * @param hit gets the number of the pattern and the offset in UTF-16 code units
   */
  scan(text: string, hit: (pattern: number, at: number) => void): void {
    const { classes, otherClass } = this
    const { length } = text
    this.toldAt.fill(-1)
    let start = this.startAfter(this.edgeClass)
    let { table, starts } = this
    for (let at = 0; at < length; at++) {
      const code = text.charCodeAt(at)
      if (code > 255 && isSecondHalf(text, at, code)) continue
      const here = code < 256 ? (classes[code] ?? 0) : otherClass
      const known = table[start + here] ?? UNKNOWN
      if (known !== deadState) {
        const entry = known === UNKNOWN ? this.makeStep(start, here) : known
        if (entry !== deadState) this.followFrom(text, at, entry, hit)
        if (this.stateCount > mostStates) this.reset()
        ;({ table, starts } = this)
      }
      start = starts[here] ?? UNKNOWN
      if (start === UNKNOWN) {
        start = this.makeStart(here)
        ;({ table } = this)
      }
    }
  }

  /** Follows the patterns that may start at a place until none is left, or so far that the rest is for the patterns themselves. */
  private followFrom(text: string, at: number, first: number, hit: (pattern: number, at: number) => void): void {
    const { classes, otherClass } = this
    const end = Math.min(text.length, at + depthLimit)
    let { table } = this
    let entry = first
    for (let next = at + 1; ; next++) {
      if ((entry & 1) === 1) this.tell(this.acceptedOf[this.numberOf(entry >> 1)] ?? [], at, hit)
      if (next >= end) break
      const code = text.charCodeAt(next)
      if (code > 255 && isSecondHalf(text, next, code)) continue
      const here = code < 256 ? (classes[code] ?? 0) : otherClass
      const known = table[(entry >> 1) + here] ?? UNKNOWN
      if (known === deadState) return
      if (known === UNKNOWN) {
        entry = this.makeStep(entry >> 1, here)
        if (entry === deadState) return
        ;({ table } = this)
      } else entry = known
    }
    this.followToEnd(entry >> 1, at, end === text.length, hit)
  }

  /** A state is kept as the place of its row in the table. */
  private numberOf(row: number): number {
    return row / this.classCount
  }

  /** The text is at its end, or so many characters are seen that the patterns still alive are tried. */
  private followToEnd(row: number, at: number, isEdge: boolean, hit: (pattern: number, at: number) => void): void {
    if (!isEdge) return this.tell(this.aliveIn(row), at, hit)
    const last = this.makeStep(row, this.edgeClass)
    if ((last & 1) === 1 && last !== deadState) this.tell(this.acceptedOf[this.numberOf(last >> 1)] ?? [], at, hit)
  }

  private tell(patterns: readonly number[], at: number, hit: (pattern: number, at: number) => void): void {
    for (const pattern of patterns) {
      if (this.toldAt[pattern] === at) continue
      this.toldAt[pattern] = at
      hit(pattern, at)
    }
  }

  private aliveIn(row: number): readonly number[] {
    const state = this.numberOf(row)
    this.aliveOf[state] ??= [...new Set(Array.from(this.positionsOf[state] ?? NONE, (position) => this.owner[position] ?? 0))]
    return this.aliveOf[state]
  }

  private startAfter(before: number): number {
    const known = this.starts[before] ?? UNKNOWN
    return known === UNKNOWN ? this.makeStart(before) : known
  }

  /** The row of what may start after a symbol, the same for symbols that the same patterns may follow. It has no positions of its own, hence its key. */
  private makeStart(before: number): number {
    const symbol = this.samples[before] ?? 0
    const key = `start ${this.firsts.map((first) => first.before[symbol]).join('')}`
    const row = (this.byKey.get(key) ?? this.addState(key, NONE, null)) >> 1
    this.starts[before] = row
    return row
  }

  /** @returns the next state as it stands in the table: its row doubled, and one more where a pattern may end in it */
  private makeStep(row: number, symbolClass: number): number {
    const positions = this.positionsAfter(row, symbolClass)
    const key = positions.join()
    const next = this.byKey.get(key) ?? this.addState(key, positions, this.acceptedBy(positions))
    this.table[row + symbolClass] = next
    return next
  }

  /** The positions that a symbol leads to, ascending. */
  private positionsAfter(row: number, symbolClass: number): Int32Array {
    const symbol = this.samples[symbolClass] ?? 0
    const start = this.starts.indexOf(row)
    this.markRound += 1
    const reached: number[] = []
    const reach = (candidates: Int32Array): void => {
      for (const position of candidates) {
        if (this.marks[position] === this.markRound || this.sets[position]?.[symbol] !== 1) continue
        this.marks[position] = this.markRound
        reached.push(position)
      }
    }
    if (start === -1) for (const position of this.positionsOf[this.numberOf(row)] ?? []) reach(this.follow[position] ?? NONE)
    else for (const { before, positions } of this.firsts) if (before[this.samples[start] ?? 0] === 1) reach(positions)
    return Int32Array.from(reached).sort()
  }

  private acceptedBy(positions: Int32Array): number[] | null {
    const accepted = new Set<number>()
    for (const position of positions) if (this.isLast[position] === true) accepted.add(this.owner[position] ?? 0)
    return accepted.size === 0 ? null : [...accepted]
  }

  private addState(key: string, positions: Int32Array, accepted: readonly number[] | null): number {
    const state = this.stateCount++
    if (this.table.length < this.stateCount * this.classCount) {
      const larger = new Int32Array(this.table.length * 2)
      larger.set(this.table)
      this.table = larger
    }
    const entry = state * this.classCount * 2 + (accepted === null ? 0 : 1)
    this.byKey.set(key, entry)
    this.positionsOf.push(positions)
    this.acceptedOf.push(accepted)
    return entry
  }
}

/** Numbers the symbols from 0 on, so that those which all sets treat alike share a number. */
function classesBy(sets: Iterable<SymbolSet>): Uint16Array {
  let classes = new Uint16Array(symbolCount)
  for (const set of sets) {
    const numbers = new Map<number, number>()
    classes = classes.map((old, symbol) => {
      const key = old * 2 + (set[symbol] ?? 0)
      const known = numbers.get(key) ?? numbers.size
      numbers.set(key, known)
      return known
    })
  }
  return classes
}

/** The second half of a character beyond the 16 bits is part of the symbol before it. */
function isSecondHalf(text: string, at: number, code: number): boolean {
  if (code < 0xdc00 || code > 0xdfff || at === 0) return false
  const before = text.charCodeAt(at - 1)
  return before >= 0xd800 && before <= 0xdbff
}
