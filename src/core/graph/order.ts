import { AtlasError } from '../errors.ts'

/** What each name is made from; names that are made from nothing need not be in it. */
export type Reads = ReadonlyMap<string, readonly string[]>

/**
 * The names in an order in which each comes after all that it is made from; of those that are free, in the order given.
 * @throws AtlasError `transform.cycle` with the whole path
 */
export function topologicalOrder(reads: Reads): string[] {
  const ordered: string[] = []
  const done = new Set<string>()
  for (const start of reads.keys()) {
    // An explicit stack: a chain of transforms may be longer than the engine's stack is deep.
    const trail: { name: string; next: number }[] = [{ name: start, next: 0 }]
    const onTrail = new Set([start])
    while (trail.length > 0) {
      const here = trail.at(-1)!
      const inputs = reads.get(here.name) ?? []
      const input = inputs[here.next]
      here.next += 1
      if (input === undefined || done.has(here.name)) {
        trail.pop()
        onTrail.delete(here.name)
        if (!done.has(here.name) && reads.has(here.name)) ordered.push(here.name)
        done.add(here.name)
      } else if (onTrail.has(input))
        throw cycle(
          trail.map(({ name }) => name),
          input,
        )
      else if (reads.has(input) && !done.has(input)) {
        trail.push({ name: input, next: 0 })
        onTrail.add(input)
      }
    }
  }
  return ordered
}

function cycle(trail: readonly string[], back: string): AtlasError {
  // Data travels from what is read to what reads it: the trail runs the other way.
  const path = [...trail.slice(trail.indexOf(back)), back].toReversed().join(' → ')
  return new AtlasError('transform.cycle', `Transforms go in a circle: ${path}.`)
}

/** Everything that is made from one of the names, directly or through others; the names themselves only where they are on such a way. */
export function downstreamOf(reads: Reads, names: Iterable<string>): Set<string> {
  const readers = new Map<string, string[]>()
  for (const [name, inputs] of reads) for (const input of inputs) readers.set(input, [...(readers.get(input) ?? []), name])
  return reachable(readers, names)
}

/** Everything that the names are made from, directly or through others. */
export function upstreamOf(reads: Reads, names: Iterable<string>): Set<string> {
  return reachable(reads, names)
}

function reachable(next: Reads, from: Iterable<string>): Set<string> {
  const found = new Set<string>()
  const open = [...from]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const other of next.get(name) ?? []) {
      if (found.has(other)) continue
      found.add(other)
      open.push(other)
    }
  }
  return found
}
