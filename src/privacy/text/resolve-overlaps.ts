import { sortInPlace } from './sort-in-place.ts'

/** A match that takes part in the resolution. */
export interface Claim {
  entity: string
  start: number
  end: number
  score: number
  /** 0 global, 1 a group of countries, 2 a country. */
  specificity: number
  recognizer: string
  /** Entities it may lie in. */
  within: readonly string[]
  /** Set where a part of the match was given to a stronger one. */
  trimmed?: true
}

/**
 * Settles which claim each character belongs to: the surest, then the longest, then the more specific country, then by id. What a weaker claim has
 * beside a stronger one stays its own, so that nothing found is left over; overlapping claims of one entity become one.
 * A claim may lie whole in one of an entity that it names in `within`.
 * @param isSilent claims that only keep others away: what they win is not reported, and what a loser has beside them neither
 * @returns the claims that stand, by start; each character in one of them, those `within` apart
 */
export function resolveOverlaps<C extends Claim>(
  claims: readonly C[],
  text: string,
  isSilent: (claim: C) => boolean = () => false,
  onCovered: (loser: C, winner: C) => void = () => undefined,
): C[] {
  const ordered = sortInPlace([...claims], byStart)
  const settled: C[] = []
  for (let first = 0; first < ordered.length;) {
    const end = clusterEnd(ordered, first)
    const cluster = ordered.slice(first, end)
    for (const claim of cluster.length === 1 ? cluster : settle(cluster, text, isSilent, onCovered))
      if (!isSilent(claim)) settled.push(claim)
    first = end
  }
  return sortInPlace(settled, byPlace)
}

/** Where the claims end that touch the first, directly or through others. */
function clusterEnd(ordered: readonly Claim[], first: number): number {
  let reach = ordered[first]?.end ?? 0
  let index = first + 1
  for (; index < ordered.length; index++) {
    const claim = ordered[index]
    if (claim === undefined || claim.start >= reach) break
    reach = Math.max(reach, claim.end)
  }
  return index
}

function byStart(a: Claim, b: Claim): number {
  return a.start - b.start
}

function byPlace(a: Claim, b: Claim): number {
  return a.start - b.start || b.end - a.end || byRank(a, b)
}

function byRank(a: Claim, b: Claim): number {
  const lengths = b.end - b.start - (a.end - a.start)
  return (
    b.score - a.score ||
    lengths ||
    b.specificity - a.specificity ||
    (a.recognizer < b.recognizer ? -1 : a.recognizer > b.recognizer ? 1 : a.start - b.start)
  )
}

function settle<C extends Claim>(
  cluster: readonly C[],
  text: string,
  isSilent: (claim: C) => boolean,
  onCovered: (loser: C, winner: C) => void,
): C[] {
  const from = cluster[0]?.start ?? 0
  const to = cluster.reduce((end, claim) => Math.max(end, claim.end), 0)
  const whole = winnerOfAll(cluster, from, to, onCovered)
  if (whole !== null) return [whole]
  /** For each character, the number of its owner in `standing`, from 1. */
  const owners = new Int32Array(to - from)
  const standing: C[] = []
  const nested: C[] = []
  const isInner = (claim: C): boolean => claim.within.length > 0 && cluster.some((other) => holds(other, claim))
  const inner = new Set(cluster.filter(isInner))
  for (const claim of cluster.toSorted((a, b) => Number(inner.has(a)) - Number(inner.has(b)) || byRank(a, b))) {
    const free = freeParts(claim, owners, from)
    const isWhole = free.length === 1 && free[0]?.start === claim.start && free[0].end === claim.end
    if (isWhole) take(claim)
    else if (mayLieIn(claim)) nested.push(claim)
    else {
      const winner = standing[(owners.subarray(claim.start - from, claim.end - from).find((owner) => owner > 0) ?? 1) - 1]
      if (winner !== undefined) onCovered(claim, winner)
      if (winner === undefined || !isSilent(winner)) for (const part of free) giveRest(claim, part)
    }
  }
  return [...standing, ...nested]

  function take(claim: C): void {
    const owner = standing.push(claim)
    owners.fill(owner, claim.start - from, claim.end - from)
  }

  function mayLieIn(claim: C): boolean {
    const holder = standing[(owners[claim.start - from] ?? 0) - 1]
    return holder !== undefined && holds(holder, claim)
  }

  function giveRest(claim: C, part: { start: number; end: number }): void {
    const beside = [part.start - 1, part.end]
      .map((at) => (owners[at - from] ?? 0) - 1)
      .find((owner) => standing[owner]?.entity === claim.entity)
    const neighbour = beside === undefined ? undefined : standing[beside]
    if (beside !== undefined && neighbour !== undefined) {
      standing[beside] = { ...neighbour, start: Math.min(neighbour.start, part.start), end: Math.max(neighbour.end, part.end) }
      owners.fill(beside + 1, part.start - from, part.end - from)
      return
    }
    const rest = trimEdges(text, part)
    if (rest !== null) take({ ...claim, ...rest, trimmed: true })
  }
}

/** The strongest claim where it has all characters of the others and none may lie in another, as most do. Null where there is none such. */
function winnerOfAll<C extends Claim>(cluster: readonly C[], from: number, to: number, onCovered: (loser: C, winner: C) => void): C | null {
  if (cluster.some(({ within }) => within.length > 0)) return null
  const [winner, ...losers] = sortInPlace([...cluster], byRank)
  if (winner?.start !== from || winner.end !== to) return null
  for (const loser of losers) onCovered(loser, winner)
  return winner
}

/** Whether a claim lies whole in another that may hold it. */
function holds(holder: Claim, claim: Claim): boolean {
  return claim.within.includes(holder.entity) && holder.start <= claim.start && claim.end <= holder.end
}

/** The parts of a claim that belong to nobody yet. */
function freeParts({ start, end }: Claim, owners: Int32Array, from: number): { start: number; end: number }[] {
  const parts: { start: number; end: number }[] = []
  for (let at = start; at < end; at++) {
    if (owners[at - from] !== 0) continue
    const last = parts.at(-1)
    if (last?.end === at) last.end = at + 1
    else parts.push({ start: at, end: at + 1 })
  }
  return parts
}

/** The part without spaces and signs at its ends; null where nothing is left. */
function trimEdges(text: string, { start, end }: { start: number; end: number }): { start: number; end: number } | null {
  const words = [...text.slice(start, end).matchAll(/[\p{L}\p{N}]+/gu)]
  const [first, last] = [words.at(0), words.at(-1)]
  return first === undefined || last === undefined ? null : { start: start + first.index, end: start + last.index + last[0].length }
}
