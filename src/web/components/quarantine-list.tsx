import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { formatCount } from '../format/count.ts'
import { type Receipt, allRows } from '../measured.ts'
import { quarantinedRowsQuery } from '../state/api.ts'
import { IdText } from './id-text.tsx'
import { Num } from './num.tsx'
import { Load } from './panel.tsx'
import { ShareBar } from './share-bar.tsx'
import { Heads } from './heads.tsx'
import { Table } from './table.tsx'
import { Time } from './time.tsx'

export interface Batch {
  id: string
  dataset: string
  stage: string
  rows: number
  reasons: { reason: string; rows: number }[]
  /** Of the run that refused them, where the page is not that run's. */
  runId?: string
  createdAt?: string
}

/** Batches of quarantined rows with their reasons; one opens to show its rows. */
export function QuarantineList({ batches, receipt, open }: { batches: Batch[]; receipt: Receipt; open: string | undefined }) {
  const navigate = useNavigate()
  const toggle = (id: string) =>
    void navigate({ to: '.', search: ((old: object) => ({ ...old, batch: open === id ? undefined : id })) as never, resetScroll: false })
  return (
    <div className="grid gap-4">
      {batches.map((batch) => (
        <section key={batch.id} className="panel" aria-label={`Quarantine of ${batch.dataset} at ${batch.stage}`}>
          <header className="flex flex-wrap items-center justify-between gap-3 border-b border-line px-4 py-2">
            <p>
              <Num m={{ s: 'ok', v: batch.rows, ...receipt }} label="rows in quarantine" className="font-bold" />{' '}
              {batch.rows === 1 ? 'row' : 'rows'} of {batch.dataset} refused at {batch.stage}
              {batch.runId !== undefined && batch.createdAt !== undefined && (
                <span className="ml-3 text-cell text-text-3">
                  <Time at={batch.createdAt} /> by{' '}
                  <a className="link" href={`/runs/${encodeURIComponent(batch.runId)}`}>
                    run <IdText id={batch.runId} />
                  </a>
                </span>
              )}
            </p>
            <button type="button" className="btn" aria-expanded={open === batch.id} onClick={() => toggle(batch.id)}>
              {open === batch.id ? 'Hide rows' : 'Show rows'}
            </button>
          </header>
          <ul className="grid grid-cols-[auto_3rem_minmax(0,1fr)] gap-x-3 gap-y-1 px-4 py-3 text-cell">
            {batch.reasons.map(({ reason, rows }) => (
              <li key={reason} className="col-span-full grid min-h-6 grid-cols-subgrid items-center">
                <span className="text-right">
                  <Num m={{ s: 'ok', v: rows, ...receipt, scope: allRows(batch.rows) }} label={`rows: ${reason}`} />
                </span>
                <ShareBar share={rows / batch.rows} />
                <span className="min-w-0 break-words">{reason}</span>
              </li>
            ))}
          </ul>
          {open === batch.id && <Rows id={batch.id} />}
        </section>
      ))}
    </div>
  )
}

function Rows({ id }: { id: string }) {
  const query = useQuery(quarantinedRowsQuery(id))
  return (
    <div className="border-t border-line">
      <Load query={query} what="the quarantined rows" lines={5}>
        {({ rows, total }) => (
          <>
            <Table
              label="Quarantined rows"
              maxHeight={480}
              head={<Heads of={[{ name: 'Line', right: true }, 'File', 'Column', 'Reason', 'The row as it came']} />}
            >
              {rows.map((row, index) => (
                <tr key={index}>
                  <th scope="row" className="right pin">
                    {row.line === null ? 'unknown' : formatCount(row.line)}
                  </th>
                  <td>{row.file ?? <span className="text-text-3">unknown</span>}</td>
                  <td>{row.column ?? <span className="text-text-3">whole row</span>}</td>
                  <td className="wrap min-w-48">{row.reason}</td>
                  <td className="max-w-[60ch] truncate font-mono" title={row.row ?? undefined}>
                    {row.row ?? <span className="font-sans text-text-3">needs the right to see raw data</span>}
                  </td>
                </tr>
              ))}
            </Table>
            {rows.length < total && (
              <p className="border-t border-line px-4 py-2 text-label text-text-3">
                first {formatCount(rows.length)} of {formatCount(total)} rows
              </p>
            )}
          </>
        )}
      </Load>
    </div>
  )
}
