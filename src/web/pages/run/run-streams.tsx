import type { RunDetail, RunStream } from '../../../contract/runs.ts'
import { Num } from '../../components/num.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { allRows } from '../../measured.ts'
import { MODE_WORDS, STREAM_MARKS } from '../sources/words.ts'

/** Whether the streams say anything that the tables below them do not. */
export function tellsMore(streams: readonly RunStream[]): boolean {
  return streams.length > 1 || streams.some(({ state, counted }) => state !== 'succeeded' || counted !== null)
}

/** What became of each stream: what was read, what the source counted itself, and why it failed. */
export function RunStreams({ streams, run }: { streams: readonly RunStream[]; run: RunDetail }) {
  const receipt = (rows: number) =>
    ({ s: 'ok', asOf: run.finishedAt ?? run.queuedAt, scope: allRows(rows), src: { kind: 'run', id: run.id } }) as const
  return (
    <Table
      label="Streams of the run"
      head={
        <Heads
          of={[
            'Stream',
            'State',
            { name: 'Mode', className: 'max-lg:hidden' },
            { name: 'Rows read', right: true },
            { name: 'Counted by the source', right: true },
            { name: 'Bytes', right: true },
            'Reason',
          ]}
        />
      }
    >
      {streams.map((stream) => {
        const { name, mode, state, rows, counted, bytes, error } = stream
        const reached = state !== 'not_reached'
        return (
          <tr key={name} data-stream={name}>
            <th scope="row" className="pin">
              {name}
            </th>
            <td>
              <StatusBadge {...STREAM_MARKS[state]} />
            </td>
            <td className="max-lg:hidden">{MODE_WORDS[mode].title}</td>
            <td className="right">
              <Num m={reached ? { ...receipt(rows), v: rows } : { s: 'never' }} label={`rows read of ${name}`} />
            </td>
            <td className="right">
              {counted === null ? (
                <span className="text-text-3">no count to be had</span>
              ) : (
                <Num m={{ ...receipt(counted), v: counted }} label={`rows of ${name} by the source’s own count`} />
              )}
            </td>
            <td className="right">
              <Num m={reached ? { ...receipt(rows), v: bytes } : { s: 'never' }} label={`bytes read of ${name}`} as="bytes" />
            </td>
            <td className="wrap max-w-[48ch] text-text-2">
              {error === null ? (
                <span className="text-text-3">
                  <span aria-hidden>—</span>
                  <span className="sr-only">no error</span>
                </span>
              ) : (
                <span>
                  {error.title}. {error.detail} {error.next}
                </span>
              )}
            </td>
          </tr>
        )
      })}
    </Table>
  )
}
