import { CellValue } from '../../components/cell-value.tsx'
import { Empty } from '../../components/empty.tsx'
import { Load, Panel } from '../../components/panel.tsx'
import { StatusMark } from '../../components/status-badge.tsx'
import { Table } from '../../components/table.tsx'
import { formatCount, formatRows } from '../../format/count.ts'
import type { ReadingPreview } from '../../../contract/uploads.ts'
import type { Draft } from './draft.ts'
import type { PreviewQuery } from './new-upload.tsx'
import { PreviewColumns } from './preview-columns.tsx'
import { ReadingForm } from './reading-form.tsx'

interface Props {
  draft: Draft
  change: (part: Partial<Draft>) => void
  preview: PreviewQuery
  onNext: () => void
}

/** How the file is read: settings above, each column as in the file → as read, then the first rows as they stand. */
export function ReadStep({ draft, change, preview, onNext }: Props) {
  const { data } = preview
  const ambiguous = data?.columns.reduce((sum, column) => sum + column.ambiguous, 0)
  return (
    <div className="grid gap-4">
      <Panel title="Read as" aside={data && <span>found in the first {formatRows(data.scannedRows)}; the run decides over every row</span>}>
        {data !== undefined && (
          <ReadingForm
            reading={data.reading}
            set={draft.reading}
            streams={data.streams}
            stream={draft.stream}
            onChange={(reading) => change({ reading })}
            onStream={(stream) => change({ stream })}
          />
        )}
        <Load query={preview} what="the preview" lines={6}>
          {() => null}
        </Load>
      </Panel>
      {data !== undefined && (
        <div
          className={`grid gap-4 ${preview.isPlaceholderData || preview.isError ? 'opacity-60' : ''}`}
          aria-busy={preview.isPlaceholderData}
        >
          <Panel
            title="Columns"
            aside={
              ambiguous !== undefined &&
              ambiguous > 0 && (
                <span className="inline-flex items-center gap-1.5 text-warn">
                  <StatusMark mark="warning" size={14} />
                  {formatCount(ambiguous)} {ambiguous === 1 ? 'cell fits' : 'cells fit'} two readings
                </span>
              )
            }
          >
            {data.columns.length === 0 ? (
              <Empty kind="filtered">No column was found with these settings.</Empty>
            ) : (
              <PreviewColumns columns={data.columns} types={draft.types} onTypes={(types) => change({ types })} />
            )}
          </Panel>
          {data.problems.length > 0 && <Unreadable problems={data.problems} />}
          <Panel title={`First ${data.rows.length === 1 ? 'row' : `${data.rows.length} rows`}, as in the file`}>
            <FileRows preview={data} />
          </Panel>
        </div>
      )}
      <div>
        <button type="button" className="btn btn-primary" disabled={data === undefined || data.columns.length === 0} onClick={onNext}>
          Choose target
        </button>
      </div>
    </div>
  )
}

function Unreadable({ problems }: { problems: ReadingPreview['problems'] }) {
  return (
    <Panel title={`${formatCount(problems.length)} ${problems.length === 1 ? 'line' : 'lines'} of the preview cannot be read`}>
      <ul className="grid gap-1 px-4 py-3 text-cell">
        {problems.map((problem) => (
          <li key={`${problem.line} ${problem.reason}`} className="flex gap-3">
            <span className="w-24 shrink-0 text-text-2">line {formatCount(problem.line)}</span>
            <span>{problem.reason}</span>
          </li>
        ))}
      </ul>
      <p className="border-t border-line px-4 py-2 text-label text-text-3">
        A run keeps such lines in quarantine with file, line and reason. Change a setting above if they should fit.
      </p>
    </Panel>
  )
}

function FileRows({ preview }: { preview: ReadingPreview }) {
  return (
    <Table
      label="First rows, as in the file"
      maxHeight={400}
      head={
        <tr>
          {preview.columns.map((column, index) => (
            <th key={`${column.source} ${index}`} scope="col" className={index === 0 ? 'pin' : ''}>
              {column.source === '' ? <span className="italic">no name</span> : column.source}
            </th>
          ))}
        </tr>
      }
    >
      {preview.rows.map((row, index) => (
        <tr key={index}>
          {row.map((value, at) => (
            <td key={at} className={at === 0 ? 'pin' : ''}>
              <CellValue value={value} />
            </td>
          ))}
        </tr>
      ))}
    </Table>
  )
}
