import { X } from 'lucide-react'
import { Select } from '../../components/field.tsx'
import { SearchBox } from '../../components/search-box.tsx'
import { TRIGGERS } from '../../components/runs-table.tsx'
import { RUN_MARKS } from '../../components/status-badge.tsx'
import { Time } from '../../components/time.tsx'
import type { RunSearch } from '../../state/run-filter.ts'
import { momentOf } from '../../state/run-filter.ts'

const STATES = [
  { value: 'all', label: 'All' },
  { value: 'queued,running', label: 'Open' },
  { value: 'failed,blocked,partial,rate_limited', label: 'Not well' },
  ...Object.entries(RUN_MARKS).map(([value, { word }]) => ({ value, label: word })),
]
const TIMES = [
  { value: 'all', label: 'Any time' },
  { value: '-1h', label: 'Last hour' },
  { value: '-24h', label: 'Last day' },
  { value: '-7d', label: 'Last week' },
  { value: '-30d', label: 'Last month' },
]
const TRIGGER_OPTIONS = [{ value: 'all', label: 'All' }, ...Object.entries(TRIGGERS).map(([value, label]) => ({ value, label }))]

interface FilterBarProps {
  filter: RunSearch
  onChange: (filter: RunSearch) => void
}

/** What the list is narrowed to; all of it stands in the address. */
export function FilterBar({ filter, onChange }: FilterBarProps) {
  const set = (part: Partial<RunSearch>) => onChange({ ...filter, ...part })
  const chosen = (value: string) => (value === 'all' ? undefined : value)
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <SearchBox label="Search" placeholder="run, pipeline or error" value={filter.q} onChange={(q) => set({ q })} />
      {filter.tab !== 'dead' && (
        <Select
          compact
          label="State"
          value={filter.state ?? 'all'}
          options={withOwn(STATES, filter.state)}
          onChange={(state) => set({ state: chosen(state) })}
        />
      )}
      <Select
        compact
        label="Trigger"
        value={filter.trigger ?? 'all'}
        options={withOwn(TRIGGER_OPTIONS, filter.trigger)}
        onChange={(trigger) => set({ trigger: chosen(trigger) })}
      />
      <Select
        compact
        label="Queued"
        value={filter.from ?? 'all'}
        options={withOwn(TIMES, filter.from)}
        onChange={(from) => set({ from: chosen(from), to: undefined })}
      />
      {filter.pipeline !== undefined && (
        <Chip label={`pipeline ${filter.pipeline}`} onRemove={() => set({ pipeline: undefined })}>
          pipeline {filter.pipeline}
        </Chip>
      )}
      {filter.to !== undefined && (
        <Chip label="the end of the time" onRemove={() => set({ to: undefined })}>
          before <Time at={new Date(momentOf(filter.to)).toISOString()} />
        </Chip>
      )}
    </div>
  )
}

/** What stands in the address is always among the choices. */
function withOwn(options: readonly { value: string; label: string }[], own: string | undefined) {
  if (own === undefined || options.some(({ value }) => value === own)) return options
  return [...options, { value: own, label: own.replaceAll(',', ', ') }]
}

function Chip({ label, onRemove, children }: { label: string; onRemove: () => void; children: React.ReactNode }) {
  return (
    <span className="inline-flex items-center gap-1 rounded-control border border-control py-0.5 pr-0.5 pl-2 text-cell">
      {children}
      <button type="button" className="btn btn-quiet min-h-6 px-1" onClick={onRemove}>
        <X size={14} aria-hidden />
        <span className="sr-only">Remove the filter {label}</span>
      </button>
    </span>
  )
}
