import { describe, expect, it } from 'vitest'
import { layOut, NODE } from '../../src/web/components/graph-layout.ts'
import { graph } from './fixture-graph.ts'

describe('a graph', () => {
  it('has every part right of all that it is made from, no part over another, and every edge', () => {
    const { nodes, edges, width, height } = layOut(graph)
    const at = new Map(nodes.map((placed) => [placed.node.id, placed]))
    expect(nodes).toHaveLength(graph.nodes.length)
    expect(edges).toHaveLength(graph.edges.length)
    for (const { from, to } of graph.edges) expect(at.get(to)?.x).toBeGreaterThanOrEqual((at.get(from)?.x ?? Infinity) + NODE.width)
    for (const one of nodes) {
      expect(one.x + NODE.width).toBeLessThanOrEqual(width)
      expect(one.y + NODE.height).toBeLessThanOrEqual(height)
      const over = nodes.filter((other) => other !== one && other.x === one.x && Math.abs(other.y - one.y) < NODE.height)
      expect(over.map(({ node }) => node.id)).toEqual([])
    }
  })

  it('of nothing takes no room', () => {
    expect(layOut({ nodes: [], edges: [] })).toEqual({ nodes: [], edges: [], width: 0, height: 0 })
  })
})
