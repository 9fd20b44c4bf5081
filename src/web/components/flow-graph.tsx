import { useMemo, useState } from 'react'
import type { Graph, GraphNode } from '../../contract/graph.ts'
import { formatCount } from '../format/count.ts'
import { Empty } from './empty.tsx'
import { layOut, NODE, type Placed } from './graph-layout.ts'
import { madeByWords, nodeLink, nodeState } from './graph-words.ts'
import { LayerMark } from './layer-mark.tsx'
import { StatusBadge } from './status-badge.tsx'
import { Heads } from './heads.tsx'
import { Table } from './table.tsx'
import { Time } from './time.tsx'

/** More than these are a hairball: the table has them all. */
const MOST_DRAWN = 150

/** What is made from what, drawn from left to right, and the same as a table. */
export function FlowGraph({ graph, label, current }: { graph: Graph; label: string; current?: string | undefined }) {
  const tooMany = graph.nodes.length > MOST_DRAWN
  const [asTable, setAsTable] = useState(false)
  if (graph.nodes.length === 0)
    return <Empty kind="first-use">Nothing is made here yet. Run a pipeline, and what it makes will stand here.</Empty>
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-2 text-label text-text-3">
        <div role="group" aria-label="Show as" className="flex gap-1">
          {(['Graph', 'Table'] as const).map((word) => (
            <button
              key={word}
              type="button"
              className="btn btn-quiet min-h-7 px-2 text-label aria-pressed:bg-selected aria-pressed:text-text"
              aria-pressed={(word === 'Table') === (asTable || tooMany)}
              disabled={word === 'Graph' && tooMany}
              onClick={() => setAsTable(word === 'Table')}
            >
              {word}
            </button>
          ))}
        </div>
        {tooMany && (
          <span>{formatCount(graph.nodes.length)} datasets and sources are too many to draw; open one of its pipelines for its part.</span>
        )}
      </div>
      {graph.problems.map((problem) => (
        <p key={problem} className="border-b border-line bg-warn-tint px-4 py-2 text-cell text-warn">
          {problem}
        </p>
      ))}
      {asTable || tooMany ? <NodesTable graph={graph} label={label} /> : <Drawing graph={graph} label={label} current={current} />}
    </>
  )
}

function Drawing({ graph, label, current }: { graph: Graph; label: string; current: string | undefined }) {
  const layout = useMemo(() => layOut(graph), [graph])
  return (
    <div className="overflow-auto p-4" tabIndex={0} role="group" aria-label={`${label}, ${graph.nodes.length} parts, from left to right`}>
      <div className="relative" style={{ width: layout.width, height: layout.height }}>
        <svg aria-hidden width={layout.width} height={layout.height} className="absolute inset-0">
          {layout.edges.map(({ id, path }) => (
            <path key={id} d={path} fill="none" stroke="var(--color-control)" strokeWidth="1.5" />
          ))}
        </svg>
        <ul>
          {layout.nodes.map((placed) => (
            <NodeBox key={placed.node.id} {...placed} graph={graph} isCurrent={placed.node.id === current} />
          ))}
        </ul>
      </div>
    </div>
  )
}

function NodeBox({ node, x, y, graph, isCurrent }: Placed & { graph: Graph; isCurrent: boolean }) {
  const link = nodeLink(node)
  const from = graph.edges.filter(({ to }) => to === node.id).map((edge) => edge.from)
  const text = (
    <>
      <span className="block truncate font-medium" title={node.id}>
        {node.layer !== 'source' && <LayerMark layer={node.layer} />}
        {node.layer === 'source' ? node.name : node.id}
      </span>
      <span className="flex items-center justify-between gap-2 text-label">
        <StatusBadge {...nodeState(node)} />
        <span className="min-w-0 truncate text-text-3" title={madeByWords(node)}>
          {node.connector ?? node.madeBy?.name}
        </span>
      </span>
      <span className="sr-only">{from.length > 0 && `, made from ${from.join(', ')}`}</span>
    </>
  )
  const look = `block h-full rounded-panel border bg-surface px-2.5 py-1.5 text-cell ${isCurrent ? 'border-2 border-text' : 'border-control'}`
  return (
    <li className="absolute" style={{ left: x, top: y, width: NODE.width, height: NODE.height }}>
      {link === null ? (
        <span className={look}>{text}</span>
      ) : (
        <a href={link} className={`${look} hover:bg-hover`}>
          {text}
        </a>
      )}
    </li>
  )
}

/** The same as facts: one part a line. */
function NodesTable({ graph, label }: { graph: Graph; label: string }) {
  return (
    <Table label={label} head={<Heads of={['Name', 'State', 'Layer', 'Made by', 'Made from', 'Published']} />}>
      {graph.nodes.map((node) => (
        <NodeRow key={node.id} node={node} from={graph.edges.filter(({ to }) => to === node.id).map((edge) => edge.from)} />
      ))}
    </Table>
  )
}

function NodeRow({ node, from }: { node: GraphNode; from: string[] }) {
  const link = nodeLink(node)
  const name = node.layer === 'source' ? node.name : node.id
  return (
    <tr>
      <th scope="row" className="pin">
        {link === null ? (
          name
        ) : (
          <a href={link} className="hover:underline">
            {name}
          </a>
        )}
      </th>
      <td>
        <StatusBadge {...nodeState(node)} />
      </td>
      <td>
        {node.layer !== 'source' && <LayerMark layer={node.layer} />}
        {node.layer}
      </td>
      <td>{madeByWords(node)}</td>
      <td className="max-w-[40ch] truncate" title={from.join(', ')}>
        {from.length === 0 ? <span className="text-text-3">nothing here</span> : from.map((id) => id.replace(/^source:/, '')).join(', ')}
      </td>
      <td>{node.updatedAt === null ? <span className="text-text-3">never</span> : <Time at={node.updatedAt} />}</td>
    </tr>
  )
}
