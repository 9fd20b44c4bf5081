import { Empty } from '../../components/empty.tsx'
import { isFiltered, type RunSearch } from '../../state/run-filter.ts'

/** No run to show, and which kind of none. */
export function NoRuns({ filter, onChange }: { filter: RunSearch; onChange: (filter: RunSearch) => void }) {
  if (isFiltered(filter))
    return (
      <Empty
        kind="filtered"
        action={
          <button type="button" className="btn" onClick={() => onChange({ tab: filter.tab })}>
            Clear filter
          </button>
        }
      >
        No run {filter.pipeline !== undefined && `of ${filter.pipeline} `}fits{filter.q !== undefined && ` “${filter.q}” and`} the filter.
      </Empty>
    )
  if (filter.tab === 'dead') return <Empty kind="good">No run waits for somebody: none gave up that was not done again or put aside.</Empty>
  return (
    <Empty
      kind="first-use"
      action={
        <a href="/uploads/new" className="btn">
          Upload file
        </a>
      }
    >
      Every run will stand here with its steps, rows and result. Upload a file to start the first.
    </Empty>
  )
}
