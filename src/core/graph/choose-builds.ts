import { topologicalOrder, upstreamOf, type Reads } from './order.ts'

/** A transform whose last run failed, and that is still to be built anew. */
export interface Broken {
  runId: string
  /** State and code of that run, in words. */
  reason: string
}

export interface BuildState {
  /** What each transform reads, both as `layer.name`. */
  reads: Reads
  /** To be built anew. */
  pending: ReadonlySet<string>
  /** A run of it is queued or going on. */
  open: ReadonlySet<string>
  broken: ReadonlyMap<string, Broken>
}

export interface BuildChoice {
  /** May be built now, in the order of their inputs; none of them reads another one. */
  ready: string[]
  /** Are not built, and why: something that they are made from failed. */
  held: Map<string, Broken>
}

/**
 * Which of the transforms to be built anew may begin: those of which nothing upstream is pending, queued or going on. One below a broken transform
 * is held, whether something else that it reads has changed or not; it is built once the broken one is.
 * @throws AtlasError `transform.cycle`
 */
export function chooseBuilds({ reads, pending, open, broken }: BuildState): BuildChoice {
  const ready: string[] = []
  const held = new Map<string, Broken>()
  for (const name of topologicalOrder(reads)) {
    const upstream = upstreamOf(reads, [name])
    const fault = [...upstream]
      .map((input) => (open.has(input) || pending.has(input) ? undefined : broken.get(input)))
      .find((found) => found !== undefined)
    if (fault !== undefined) held.set(name, fault)
    else if (pending.has(name) && !open.has(name) && ![...upstream].some((input) => pending.has(input) || open.has(input))) ready.push(name)
  }
  return { ready, held }
}
