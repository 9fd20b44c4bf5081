import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Layer } from '../../../contract/names.ts'
import type { PiiOverview } from '../../../contract/pii-review.ts'
import { Empty } from '../../components/empty.tsx'
import { LayerMark } from '../../components/layer-mark.tsx'
import { Num } from '../../components/num.tsx'
import { ShareBar } from '../../components/share-bar.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { formatCount } from '../../format/count.ts'
import type { Receipt } from '../../measured.ts'

/** So many kinds are shown before the rest is asked for. */
const FIRST = 8

const ORDER: Layer[] = ['explore', 'chart', 'navigate']

/** Kinds of personal data by the number of columns that hold them, most first. A kind leads to its findings. */
export function KindsTable({ overview, receipt }: { overview: PiiOverview; receipt: Receipt }) {
  const [whole, setWhole] = useState(false)
  const kinds = [...Map.groupBy(overview.byEntity, ({ entity }) => entity)].map(([entity, parts]) => ({
    entity,
    title: parts[0]!.title,
    parts: parts.toSorted((a, b) => ORDER.indexOf(a.layer) - ORDER.indexOf(b.layer)),
    columns: Math.max(...parts.map((part) => part.columns)),
  }))
  if (kinds.length === 0)
    return <Empty kind="good">None found in the {formatCount(overview.datasets.classified)} datasets that were looked at.</Empty>
  const sorted = kinds.toSorted((a, b) => b.columns - a.columns || (a.title < b.title ? -1 : 1))
  const most = sorted[0]!.columns
  return (
    <>
      <Table
        label="Kinds of personal data, by columns"
        head={<Heads of={['Kind', 'Columns, by layer', { name: 'Most columns of one layer, as a bar', hidden: true }]} />}
      >
        {(whole ? sorted : sorted.slice(0, FIRST)).map(({ entity, title, parts, columns }) => (
          <tr key={entity} data-kind={entity}>
            <th scope="row" className="pin max-w-56 truncate">
              <Link to="/pii" search={{ class: entity }} className="hover:underline" hash="findings" title={`${title}: show its findings`}>
                {title}
              </Link>
            </th>
            <td>
              <span className="inline-flex gap-x-3">
                {parts.map((part) => (
                  <span key={part.layer} className="whitespace-nowrap">
                    <LayerMark layer={part.layer} />
                    <Num m={{ s: 'ok', v: part.columns, ...receipt }} label={`columns of ${part.layer} with ${title}`} />{' '}
                    <span className="text-text-3">{part.layer}</span>
                  </span>
                ))}
              </span>
            </td>
            <td>
              <ShareBar share={columns / most} width={48} />
            </td>
          </tr>
        ))}
      </Table>
      {sorted.length > FIRST && (
        <p className="border-t border-line px-4 py-2">
          <button type="button" className="link text-cell" onClick={() => setWhole(!whole)}>
            {whole ? 'Show fewer' : `Show all ${formatCount(sorted.length)} kinds`}
          </button>
        </p>
      )}
    </>
  )
}
