import { useQuery } from '@tanstack/react-query'
import { Upload as UploadIcon } from 'lucide-react'
import type { Upload } from '../../../contract/uploads.ts'
import { Empty } from '../../components/empty.tsx'
import { IdText } from '../../components/id-text.tsx'
import { Num } from '../../components/num.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Load } from '../../components/panel.tsx'
import { RUN_MARKS, StatusBadge } from '../../components/status-badge.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { all } from '../../measured.ts'
import { runQuery, uploadsQuery } from '../../state/api.ts'
import { problemState } from '../../state/problem-state.ts'
import { runNumbers } from '../../state/run-numbers.ts'
import { useSession } from '../../state/session.ts'
import { formatBytes } from '../../format/bytes.ts'

/** Files that were uploaded, and what became of them. */
export function Uploads() {
  const query = useQuery(uploadsQuery)
  const limit = useSession()?.server.uploadLimitBytes
  return (
    <>
      <PageHeader
        title="Uploads"
        documentTitle="Uploads"
        actions={
          <a href="/uploads/new" className="btn btn-primary">
            <UploadIcon size={14} aria-hidden /> Upload file
          </a>
        }
      />
      <section className="panel" aria-label="Uploads">
        <Load query={query} what="the uploads" lines={6}>
          {(uploads) =>
            uploads.length === 0 ? (
              <Empty
                kind="first-use"
                action={
                  <a href="/uploads/new" className="btn">
                    Upload file
                  </a>
                }
              >
                Uploaded files stand here with their runs. Atlas reads CSV, TSV, JSON, NDJSON, Parquet and Excel
                {limit !== undefined && `, up to ${formatBytes(limit)} each`}.
              </Empty>
            ) : (
              <UploadsTable uploads={uploads} />
            )
          }
        </Load>
      </section>
    </>
  )
}

function UploadsTable({ uploads }: { uploads: Upload[] }) {
  return (
    <Table
      label="Uploads, newest first"
      head={
        <Heads
          of={[
            'File',
            { name: 'Size', className: 'right max-lg:hidden' },
            { name: 'SHA-256', className: 'max-lg:hidden' },
            { name: 'By', className: 'max-lg:hidden' },
            'When',
            'Last run',
            { name: 'Rows read', right: true },
            { name: 'Quarantined', right: true },
            { name: 'Act', hidden: true },
          ]}
        />
      }
    >
      {uploads.map((upload) => (
        <Row key={upload.id} upload={upload} />
      ))}
    </Table>
  )
}

function Row({ upload }: { upload: Upload }) {
  const run = useQuery({ ...runQuery(upload.lastRunId ?? ''), enabled: upload.lastRunId !== null, staleTime: 30_000 })
  const numbers = run.data && runNumbers(run.data)
  const figure = (pick: (own: NonNullable<typeof numbers>) => Parameters<typeof Num>[0]['m'], label: string) => {
    if (upload.lastRunId === null) return <span className="text-text-3">never run</span>
    if (run.isError) return <Num m={problemState(run.error)} label={label} />
    return numbers === undefined ? <span className="skeleton appear inline-block h-3 w-10" /> : <Num m={pick(numbers)} label={label} />
  }
  return (
    <tr>
      <th scope="row" className="pin">
        <a href={`/uploads/new?draft=${encodeURIComponent(upload.id)}&step=read`} className="hover:underline">
          {upload.fileName}
        </a>
      </th>
      <td className="right max-lg:hidden">
        <Num
          m={{
            s: 'ok',
            v: upload.sizeBytes,
            asOf: upload.createdAt,
            scope: all(1, 'files'),
            src: { kind: 'query', id: `upload ${upload.id}` },
          }}
          label={`size of ${upload.fileName}`}
          as="bytes"
          formula="bytes received and hashed"
        />
      </td>
      <td className="max-lg:hidden">
        <IdText id={upload.sha256} copy />
      </td>
      <td className="max-lg:hidden">{upload.createdBy}</td>
      <td>
        <Time at={upload.createdAt} />
      </td>
      <td>
        {upload.lastRunId === null ? (
          <StatusBadge mark="waiting" word="Never run" />
        ) : (
          <a href={`/runs/${encodeURIComponent(upload.lastRunId)}`} className="hover:underline">
            {run.data === undefined ? 'Open run' : <StatusBadge {...RUN_MARKS[run.data.state]} />}
          </a>
        )}
      </td>
      <td className="right">{figure((own) => own.read, 'rows read')}</td>
      <td className="right">{figure((own) => own.quarantined, 'rows quarantined')}</td>
      <td className="right">
        <a href={`/uploads/new?draft=${encodeURIComponent(upload.id)}&step=read`} className="link">
          {upload.lastRunId === null ? 'Continue' : 'Run again'}
        </a>
      </td>
    </tr>
  )
}
