import type { RegexNode } from './regex-tree.ts'
import {
  allSymbols,
  complementOf,
  edgeSymbol,
  intersectionOf,
  isSubset,
  symbolCount,
  symbolsOf,
  type SymbolSet,
  unionOf,
} from './symbol-set.ts'

/** So many characters of a match are looked at; what a repeat allows beyond makes no difference. */
export const depthLimit = 32

/** The symbols at each place of a pattern, and which places can follow which (V. M. Glushkov, The abstract theory of automata, 1961). */
export interface PositionAutomaton {
  /** Symbols of each position. */
  sets: SymbolSet[]
  /** Positions that may come next after each position. */
  follow: Set<number>[]
  /** Positions that may begin a match, for each alternative of the whole pattern, and the symbols that may stand before it. */
  starts: { first: readonly number[]; before: SymbolSet }[]
  /** Positions that may end a match. */
  last: ReadonlySet<number>
  /** The empty text may match. */
  nullable: boolean
}

interface Part {
  first: number[]
  last: number[]
  nullable: boolean
}

const EMPTY: Part = { first: [], last: [], nullable: true }
const WORD = symbolsOf('[A-Za-z0-9_]', false)
/** Past so many positions, a pattern is told from others well enough. */
const mostPositions = 3000

/**
 * The automaton that accepts whatever the tree matches, and perhaps more: what stands around a match is looked at for one character at most.
 * @throws RangeError for a pattern that is too large
 */
export function buildAutomaton(tree: RegexNode): PositionAutomaton {
  const builder = new AutomatonBuilder()
  const alternatives = (tree.kind === 'choice' ? tree.items : [tree]).map((item) => ({ item, part: builder.build(item, true) }))
  return {
    sets: builder.sets,
    follow: builder.follow,
    starts: alternatives.map(({ item, part }) => ({ first: part.first, before: symbolsBefore(item, builder, part) })),
    last: new Set(alternatives.flatMap(({ part }) => part.last)),
    nullable: alternatives.some(({ part }) => part.nullable),
  }
}

class AutomatonBuilder {
  readonly sets: SymbolSet[] = []
  readonly follow: Set<number>[] = []

  /** @param isTail whether nothing of the pattern comes after the node */
  build(node: RegexNode, isTail: boolean): Part {
    if (node.kind === 'symbols') return this.place(node.set)
    if (node.kind === 'sequence') return this.buildSequence(node.items, isTail)
    if (node.kind === 'choice') return this.buildChoice(node.items.map((item) => this.build(item, isTail)))
    if (node.kind === 'repeat') return this.buildRepeat(node.item, node.min, node.max)
    if (node.kind === 'anything') return this.buildRepeat({ kind: 'symbols', set: allSymbols() }, 0, Infinity)
    return node.kind === 'look' && node.ahead && isTail ? this.place(symbolsBeside(node)) : EMPTY
  }

  private place(set: SymbolSet): Part {
    const position = this.sets.push(set) - 1
    this.follow.push(new Set())
    if (position > mostPositions) throw new RangeError('the pattern has too many positions')
    return { first: [position], last: [position], nullable: false }
  }

  private buildSequence(items: readonly RegexNode[], isTail: boolean): Part {
    let all = EMPTY
    for (const [index, item] of items.entries()) {
      const isLast = isTail && index === items.length - 1
      const isWordEnd = isLast && item.kind === 'edge' && item.sign === '\\b' && this.endsInWord(all)
      all = this.join(all, isWordEnd ? this.place(complementOf(WORD)) : this.build(item, isLast))
    }
    return all
  }

  private endsInWord(part: Part): boolean {
    return !part.nullable && part.last.every((position) => isSubset(this.sets[position] ?? WORD, WORD))
  }

  private join(left: Part, right: Part): Part {
    for (const from of left.last) for (const to of right.first) this.follow[from]?.add(to)
    return {
      first: left.nullable ? [...left.first, ...right.first] : left.first,
      last: right.nullable ? [...left.last, ...right.last] : right.last,
      nullable: left.nullable && right.nullable,
    }
  }

  private buildChoice(parts: readonly Part[]): Part {
    return {
      first: parts.flatMap(({ first }) => first),
      last: parts.flatMap(({ last }) => last),
      nullable: parts.some(({ nullable }) => nullable),
    }
  }

  private buildRepeat(item: RegexNode, min: number, max: number): Part {
    let all = EMPTY
    for (let count = 0; count < Math.min(min, depthLimit); count++) all = this.join(all, this.build(item, false))
    if (max > depthLimit) return this.join(all, this.loop(this.build(item, false)))
    let optional = EMPTY
    // From the inside out: each further repeat hangs on the one before it.
    for (let count = min; count < max; count++) optional = { ...this.join(this.build(item, false), optional), nullable: true }
    return this.join(all, optional)
  }

  private loop(part: Part): Part {
    for (const from of part.last) for (const to of part.first) this.follow[from]?.add(to)
    return { ...part, nullable: true }
  }
}

/** What may stand right before a match, by the assertions that the pattern begins with. */
function symbolsBefore(tree: RegexNode, builder: AutomatonBuilder, part: Part): SymbolSet {
  let before = allSymbols(true)
  const items = tree.kind === 'sequence' ? tree.items : [tree]
  for (const item of items) {
    if (item.kind === 'look' && item.ahead) continue
    if (item.kind === 'look') before = intersectionOf(before, symbolsBeside(item))
    else if (item.kind !== 'edge') return before
    else if (item.sign === '^') before = intersectionOf(before, edgeAlone())
    else if (item.sign === '\\b' && !part.nullable && part.first.every((position) => isSubset(builder.sets[position] ?? WORD, WORD)))
      before = intersectionOf(before, complementOf(WORD))
  }
  return before
}

/** What the character beside a look around may be, the edge of the text included. */
function symbolsBeside({ ahead, negative, item }: { ahead: boolean; negative: boolean; item: RegexNode }): SymbolSet {
  const choices = item.kind === 'choice' ? item.items : [item]
  if (negative) {
    const single = choices.flatMap((choice) => (choice.kind === 'symbols' ? [choice.set] : []))
    return single.reduce((allowed, set) => intersectionOf(allowed, complementOf(set)), allSymbols(true))
  }
  return choices.map((choice) => nearestSymbols(choice, ahead)).reduce(unionOf, new Uint8Array(symbolCount))
}

/** The symbols nearest to the place that a look around is at. */
function nearestSymbols(node: RegexNode, ahead: boolean): SymbolSet {
  if (node.kind === 'symbols') return node.set
  if (node.kind === 'edge' && node.sign === (ahead ? '$' : '^')) return edgeAlone()
  const nearest = node.kind === 'sequence' ? node.items.at(ahead ? 0 : -1) : undefined
  return nearest?.kind === 'symbols' ? nearest.set : allSymbols(true)
}

function edgeAlone(): SymbolSet {
  const set = new Uint8Array(symbolCount)
  set[edgeSymbol] = 1
  return set
}
