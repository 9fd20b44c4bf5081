import { depthLimit, type PositionAutomaton } from './position-automaton.ts'
import { edgeSymbol, otherSymbol, symbolCount, type SymbolSet } from './symbol-set.ts'
import { edgeUnit, halfUnit, TextWindow, windowSize } from './text-window.ts'

/** In the table: nothing of any pattern is left. Its row is the first, and leads nowhere else. */
const DEAD = 0
const NONE = new Int32Array(0)
/** The table starts anew at so many states, so that odd texts cannot fill the memory. */
const mostStates = 20_000

/**
 * Tells at which places of a text which of many patterns can match at all: one deterministic automaton over all of them, made as texts need it
 * (as in K. Thompson, Regular expression search algorithm, 1968). Says rather yes too often; never no where a pattern matches.
 */
export class PrefixAutomaton {
  /** Class of the second half of a character beyond the 16 bits: it changes nothing. */
  private readonly halfClass: number
  private readonly classCount: number
  /** In the table: not made yet. As an entry it is odd, and its row, the second, leads to itself. */
  private readonly unknown: number
  private readonly window = new TextWindow()
  /** Class of each code unit of a window: symbols in one class lead everywhere to the same. */
  private readonly classOf: Uint16Array
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
  /** Row of what may start after a symbol of each class. */
  private readonly starts: Int32Array

  constructor(patterns: readonly PositionAutomaton[]) {
    for (const [pattern, automaton] of patterns.entries()) this.add(pattern, automaton)
    this.marks = new Int32Array(this.sets.length)
    this.toldAt = new Int32Array(patterns.length)
    const classes = classesBy(new Set([...this.sets, ...this.firsts.map(({ before }) => before)]))
    this.samples = []
    for (const [symbol, symbolClass] of classes.entries()) this.samples[symbolClass] ??= symbol
    this.halfClass = this.samples.length
    this.classCount = this.halfClass + 1
    this.unknown = this.classCount * 2 + 1
    this.starts = new Int32Array(this.classCount)
    this.classOf = new Uint16Array(65_536).fill(classes[otherSymbol] ?? 0)
    this.classOf.set(classes.subarray(0, 256))
    this.classOf[edgeUnit] = classes[edgeSymbol] ?? 0
    this.classOf[halfUnit] = this.halfClass
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
    for (const { first, before } of automaton.starts)
      this.firsts.push({ positions: Int32Array.from(first, (position) => position + offset), before })
  }

  private reset(): void {
    this.stateCount = 2
    this.table = new Int32Array(1024 * this.classCount).fill(this.unknown)
    this.table.fill(DEAD, 0, this.classCount)
    this.positionsOf = [NONE, NONE]
    this.acceptedOf = [null, null]
    this.aliveOf = []
    this.byKey = new Map([['', DEAD]])
    for (const symbolClass of this.samples.keys()) this.starts[symbolClass] = this.makeStart(symbolClass)
    this.starts[this.halfClass] = this.starts[this.classOf[0xffff] ?? 0] ?? DEAD
  }

  /**
   * Calls `hit` for each pattern and each place of the text where it may start to match, in the order of the places.
   * @param hit gets the number of the pattern and the offset in UTF-16 code units
   */
  scan(text: string, hit: (pattern: number, at: number) => void): void {
    this.toldAt.fill(-1)
    const { classOf, starts } = this
    const { units } = this.window
    for (let from = 0; from < text.length; from += windowSize) {
      this.window.read(text, from)
      const edge = text.length - from + 1
      const end = Math.min(windowSize + 1, edge)
      for (let at = 1; (at = nextPlace(units, classOf, starts, this.table, at, end)) < end; at++) {
        this.followFrom(at, Math.min(edge, at + depthLimit - 1), from - 1, hit)
        if (this.stateCount > mostStates) this.reset()
      }
    }
  }

  /**
   * Follows the patterns that may start at a place of the window until none is left, or so far that the rest is for the patterns themselves.
   * @param last place of the window that is looked at last @param offset of the window's first place in the text
   */
  private followFrom(at: number, last: number, offset: number, hit: (pattern: number, at: number) => void): void {
    const { classOf, unknown } = this
    const { units } = this.window
    let { table } = this
    let row = this.starts[classOf[units[at - 1] ?? 0] ?? 0] ?? DEAD
    for (let next = at; next <= last; next++) {
      const here = classOf[units[next] ?? 0] ?? 0
      let entry = table[row + here] ?? DEAD
      if (entry === unknown) {
        entry = this.makeStep(row, here)
        table = this.table
      }
      if (entry === DEAD) return
      row = entry >> 1
      if ((entry & 1) === 1) this.tell(this.acceptedOf[this.numberOf(row)] ?? [], offset + at, hit)
    }
    this.tell(this.aliveIn(row), offset + at, hit)
  }

  /** A state is kept as the place of its row in the table. */
  private numberOf(row: number): number {
    return row / this.classCount
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

  /** The row of what may start after a symbol, the same for symbols that the same patterns may follow. It has no positions of its own, hence its key. */
  private makeStart(before: number): number {
    const symbol = this.samples[before] ?? 0
    const key = `start ${this.firsts.map((first) => first.before[symbol]).join('')}`
    return (this.byKey.get(key) ?? this.addState(key, NONE, null)) >> 1
  }

  /** @returns the next state as it stands in the table: its row doubled, and one more where a pattern may end in it */
  private makeStep(row: number, symbolClass: number): number {
    const next = symbolClass === this.halfClass ? this.afterHalf(row) : this.afterSymbol(row, symbolClass)
    this.table[row + symbolClass] = next
    return next
  }

  /** Nothing begins inside a character, and what has begun stays as it is. */
  private afterHalf(row: number): number {
    return this.starts.includes(row) ? DEAD : row * 2
  }

  private afterSymbol(row: number, symbolClass: number): number {
    const positions = this.positionsAfter(row, symbolClass)
    const key = positions.join()
    return this.byKey.get(key) ?? this.addState(key, positions, this.acceptedBy(positions))
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
      const larger = new Int32Array(this.table.length * 2).fill(this.unknown, this.table.length)
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

/**
 * The next place where a pattern may match, or where the table does not say yet; `end` where there is none. The hot loop: nearly every word of a text begins
 * like some pattern and hardly one goes on so for three characters, hence three steps from each place without a branch between them.
 */
function nextPlace(units: Uint16Array, classOf: Uint16Array, starts: Int32Array, table: Int32Array, from: number, end: number): number {
  let start = starts[classOf[units[from - 1] ?? 0] ?? 0] ?? 0
  let here = classOf[units[from] ?? 0] ?? 0
  let second = classOf[units[from + 1] ?? 0] ?? 0
  for (let at = from; at < end; at++) {
    const third = classOf[units[at + 2] ?? 0] ?? 0
    const one = table[start + here] ?? 0
    const two = table[(one >> 1) + second] ?? 0
    const three = table[(two >> 1) + third] ?? 0
    // An odd entry says that a pattern may end there.
    if ((((one | two) & 1) | three) !== DEAD) return at
    start = starts[here] ?? 0
    here = second
    second = third
  }
  return end
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
