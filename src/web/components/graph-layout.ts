import type { Graph, GraphNode } from '../../contract/graph.ts'

export const NODE = { width: 184, height: 56, across: 40, down: 16 }

export interface Placed {
  node: GraphNode
  x: number
  y: number
}

export interface Layout {
  nodes: Placed[]
  edges: { id: string; path: string }[]
  width: number
  height: number
}

/**
 * Places nodes in columns from left to right, each right of everything it is made from, and near the height of that. The nodes come each after what
 * it is made from.
 */
export function layOut({ nodes, edges }: Pick<Graph, 'nodes' | 'edges'>): Layout {
  const inputs = new Map<string, string[]>()
  for (const { from, to } of edges) inputs.set(to, [...(inputs.get(to) ?? []), from])
  const column = new Map<string, number>()
  for (const { id } of nodes) column.set(id, Math.max(-1, ...(inputs.get(id) ?? []).map((from) => column.get(from) ?? -1)) + 1)
  const places = new Map<string, Placed>()
  const columns = Math.max(0, ...column.values()) + (nodes.length === 0 ? 0 : 1)
  let height = 0
  for (let index = 0; index < columns; index++) {
    const own = nodes.filter(({ id }) => column.get(id) === index)
    const wanted = (node: GraphNode): number => mean((inputs.get(node.id) ?? []).flatMap((from) => places.get(from)?.y ?? []))
    let y = 0
    for (const node of own.toSorted((one, other) => wanted(one) - wanted(other))) {
      const at = Math.max(y, Number.isFinite(wanted(node)) ? wanted(node) : y)
      places.set(node.id, { node, x: index * (NODE.width + NODE.across), y: at })
      y = at + NODE.height + NODE.down
      height = Math.max(height, y - NODE.down)
    }
  }
  const width = Math.max(0, columns * (NODE.width + NODE.across) - NODE.across)
  return { nodes: [...places.values()], edges: edges.flatMap((edge) => curve(edge, places)), width, height }
}

function curve({ from, to }: { from: string; to: string }, places: ReadonlyMap<string, Placed>): Layout['edges'] {
  const [start, end] = [places.get(from), places.get(to)]
  if (start === undefined || end === undefined) return []
  const [x1, y1, x2, y2] = [start.x + NODE.width, start.y + NODE.height / 2, end.x, end.y + NODE.height / 2]
  const bend = NODE.across / 2
  return [{ id: `${from} ${to}`, path: `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}` }]
}

/** Of nothing: infinite, so that it comes last. */
function mean(values: readonly number[]): number {
  return values.length === 0 ? Infinity : values.reduce((sum, value) => sum + value, 0) / values.length
}
