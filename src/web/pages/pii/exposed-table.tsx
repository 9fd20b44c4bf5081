import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Role } from '../../../contract/access.ts'
import type { PiiOverview } from '../../../contract/pii-review.ts'
import { Empty } from '../../components/empty.tsx'
import { DatasetLabel } from '../../components/layer-mark.tsx'
import { Num } from '../../components/num.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { formatCount } from '../../format/count.ts'
import { entityName } from '../../format/pii-words.ts'
import type { Receipt } from '../../measured.ts'
import { selOf } from './selection.ts'

const FIRST = 8
const PEOPLE: Record<Role, string> = { admin: 'admins', editor: 'editors', viewer: 'viewers' }

/** Personal data as it came, and who can read it; what most can read comes first. */
export function ExposedTable({ overview, receipt }: { overview: PiiOverview; receipt: Receipt }) {
  const [whole, setWhole] = useState(false)
  const { exposed, datasets } = overview
  if (exposed.length === 0)
    return (
      <Empty kind="good">
        None: in the {formatCount(datasets.classified)} datasets that were looked at, nothing found is kept as it came.
      </Empty>
    )
  return (
    <>
      <Table label="Personal data as it came" head={<Heads of={['Column', 'In reach of', 'Kind', { name: 'Cells', right: true }]} />}>
        {(whole ? exposed : exposed.slice(0, FIRST)).map(({ dataset, column, entity, cells, roles }) => (
          <tr key={`${dataset} ${column} ${entity}`} data-exposed={`${dataset}.${column}`}>
            <th scope="row" className="pin">
              <Link
                from="/pii"
                to="/pii"
                search={(old) => ({ ...old, sel: selOf({ dataset, column, entity }) })}
                resetScroll={false}
                className="hover:underline"
              >
                <DatasetLabel name={dataset} />
                <span className="text-text-2">.{column}</span>
              </Link>
            </th>
            <td>
              {roles.includes('viewer') ? <StatusBadge mark="warning" word="everyone" /> : roles.map((role) => PEOPLE[role]).join(', ')}
            </td>
            <td>{entityName(entity)}</td>
            <td className="right">
              <Num
                m={{ s: 'ok', v: cells, ...receipt }}
                label={`cells of ${dataset}, ${column} with ${entityName(entity)}`}
                formula="cells in which the recognizer found it, in the published snapshot"
              />
            </td>
          </tr>
        ))}
      </Table>
      {exposed.length > FIRST && (
        <p className="border-t border-line px-4 py-2">
          <button type="button" className="link text-cell" onClick={() => setWhole(!whole)}>
            {whole ? 'Show fewer' : `Show all ${formatCount(exposed.length)}`}
          </button>
        </p>
      )}
    </>
  )
}
