import type { GraphNode } from '../../contract/graph.ts'
import { RUN_MARKS, type Mark } from './status-badge.tsx'

/** How a node is, from what happened to it alone: one that was never built is never well. */
export function nodeState(node: GraphNode): { mark: Mark; word: string } {
  const { run, lastRun, freshness, layer } = node
  if (run !== null) return RUN_MARKS[run.state]
  if (layer === 'source') return lastRun === null ? { mark: 'waiting', word: 'Never read' } : RUN_MARKS[lastRun.state]
  if (node.snapshotId === null) return { mark: 'waiting', word: 'Never built' }
  if (freshness?.state === 'missed') return { mark: 'late', word: 'Late' }
  if (node.pending !== null)
    return node.pending.state === 'held' ? { mark: 'blocked', word: 'Held back' } : { mark: 'waiting', word: 'To be built' }
  if (lastRun === null) return { mark: 'none', word: 'No run kept' }
  return RUN_MARKS[lastRun.state]
}

/** Where a node leads to; null where it has no page. */
export function nodeLink(node: GraphNode): string | null {
  if (node.layer === 'source')
    return node.id.startsWith('source:') ? `/pipelines/${encodeURIComponent(node.id.slice('source:'.length))}` : null
  return node.snapshotId === null ? null : `/datasets/${encodeURIComponent(node.id)}`
}

/** What makes a node, in words. */
export function madeByWords({ madeBy, connector, layer }: GraphNode): string {
  if (layer === 'source') return connector ?? 'source'
  if (madeBy === null) return 'nothing makes it any more'
  return `${madeBy.kind} ${madeBy.name}`
}
