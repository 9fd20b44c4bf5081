import { useNavigate } from '@tanstack/react-router'
import { Select } from '../../components/field.tsx'
import { SearchBox } from '../../components/search-box.tsx'
import type { ScorecardFilter } from '../../state/quality-queries.ts'
import { DIMENSION_HEADS, STATE_MARKS } from './words.ts'

type Options = readonly { value: string; label: string }[]
const ANY = { value: '', label: 'Any' }
const LAYERS: Options = [ANY, ...['explore', 'chart', 'navigate'].map((layer) => ({ value: layer, label: layer }))]
const STATES: Options = [ANY, ...Object.entries(STATE_MARKS).map(([value, { word }]) => ({ value, label: word }))]
const DIMENSIONS: Options = [ANY, ...DIMENSION_HEADS.map(({ id, head }) => ({ value: id, label: head }))]
const SCORES: Options = [
  ANY,
  { value: '100', label: 'Below 100 %' },
  { value: '90', label: 'Below 90 %' },
  { value: '60', label: 'Below 60 %' },
]
const DATES: Options = [
  ANY,
  { value: '-24h', label: 'Last 24 hours' },
  { value: '-7d', label: 'Last 7 days' },
  { value: '-30d', label: 'Last 30 days' },
]
const PERSONAL: Options = [
  ANY,
  { value: 'yes', label: 'Has some' },
  { value: 'no', label: 'None found' },
  { value: 'unknown', label: 'Never looked' },
]
const ORDERS: Options = [
  { value: '', label: 'Worst first' },
  { value: 'score', label: 'Score' },
  { value: 'newest', label: 'Checked last' },
  { value: 'name', label: 'Name' },
]

/** What of the scorecard is shown; all of it stands in the address. */
export function Filters({ filter }: { filter: ScorecardFilter }) {
  const navigate = useNavigate({ from: '/quality' })
  const set = (part: Record<string, string | undefined>, replace = false) =>
    void navigate({ search: (old) => ({ ...old, ...part }), replace, resetScroll: false })
  const field = (key: keyof ScorecardFilter, label: string, options: Options) => (
    <Select
      compact
      label={label}
      value={filter[key] ?? ''}
      options={options}
      onChange={(value) => set({ [key]: value === '' ? undefined : value })}
    />
  )
  return (
    <div className="flex flex-wrap items-end gap-x-3 gap-y-2 border-b border-line px-4 py-3 [&_select]:max-w-40">
      <SearchBox label="Search" placeholder="part of a name" value={filter.q} onChange={(q) => set({ q }, true)} />
      {field('state', 'State', STATES)}
      {filter.state !== undefined && field('dim', 'of', DIMENSIONS)}
      {field('layer', 'Layer', LAYERS)}
      {field('below', 'Score', SCORES)}
      {field('from', 'Checked', DATES)}
      {field('pii', 'Personal data', PERSONAL)}
      {field('sort', 'Order', ORDERS)}
    </div>
  )
}
