/** How a dataset that a transform makes stands to what it reads. */
export type BuildState = { state: 'current' } | { state: 'stale'; changed: string[] } | { state: 'unbuildable'; missing: string }

/**
 * Whether a transform is to be built anew: some dataset that it reads has another snapshot than the one that its own was made from.
 * @param reads datasets that its SQL names now
 * @param published the snapshot of each dataset that readers see
 * @param readBefore the snapshots its dataset was made from; undefined when it was never built
 */
export function buildState(
  reads: readonly string[],
  published: ReadonlyMap<string, number>,
  readBefore: ReadonlyMap<string, number> | undefined,
): BuildState {
  const missing = reads.find((name) => !published.has(name))
  if (missing !== undefined) return { state: 'unbuildable', missing }
  const changed = reads.filter((name) => published.get(name) !== readBefore?.get(name))
  return changed.length === 0 ? { state: 'current' } : { state: 'stale', changed }
}
