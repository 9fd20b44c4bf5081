import { Link } from '@tanstack/react-router'
import type { QuarantineGroup } from '../../../../contract/quarantine.ts'
import { ShareBar } from '../../../components/share-bar.tsx'
import { Heads } from '../../../components/heads.tsx'
import { Table } from '../../../components/table.tsx'
import { formatCount } from '../../../format/count.ts'

/** Why rows were refused: one line a reason and column, most open rows first. A line narrows the rows below. */
export function GroupsTable({ groups }: { groups: readonly QuarantineGroup[] }) {
  const most = Math.max(1, ...groups.map(({ rows }) => rows))
  return (
    <Table label="Reasons" maxHeight={320} head={<Heads of={['Reason', 'Column', 'Rule', { name: 'Open', right: true }, 'Rows']} />}>
      {groups.map(({ reason, column, rule, rows, open }) => (
        <tr key={`${reason} ${column} ${rule}`}>
          <th scope="row" className="pin wrap min-w-56">
            <Link
              from="/datasets/$name"
              to="/datasets/$name"
              search={(old) => ({ ...old, reason, column: column ?? undefined })}
              resetScroll={false}
              className="hover:underline"
              title="Show these rows"
            >
              {reason}
            </Link>
          </th>
          <td>{column ?? <span className="text-text-3">whole row</span>}</td>
          <td>{rule ?? <span className="text-text-3">—</span>}</td>
          <td className="right">{formatCount(open)}</td>
          <td>
            <span className="inline-flex items-center gap-2">
              <ShareBar share={rows / most} /> {formatCount(rows)}
            </span>
          </td>
        </tr>
      ))}
    </Table>
  )
}
