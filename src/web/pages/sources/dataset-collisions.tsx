import { useInfiniteQuery } from '@tanstack/react-query'
import type { StreamRule } from '../../../contract/pipelines.ts'
import { StatusMark } from '../../components/status-badge.tsx'
import { chartName } from '../../format/chart-name.ts'
import { datasetsQuery } from '../../state/api.ts'

const NAME_LIMIT = 63

/**
 * Says which datasets are there already, made by something else: a source that reads into them would replace them or add to them. Offers names with
 * the source's own before them.
 */
export function DatasetCollisions(props: { name: string; rules: readonly StreamRule[]; onChange: (rules: StreamRule[]) => void }) {
  const { name, rules, onChange } = props
  const query = useInfiniteQuery(datasetsQuery({ layer: 'chart' }))
  const there = new Set(query.data?.pages.flatMap(({ datasets }) => datasets.map((dataset) => dataset.name)))
  const taken = rules.filter((rule) => there.has(`chart.${datasetOf(rule)}`))
  if (taken.length === 0) return null
  const rename = () =>
    onChange(rules.map((rule) => (taken.includes(rule) ? { ...rule, dataset: `${name}_${datasetOf(rule)}`.slice(0, NAME_LIMIT) } : rule)))
  return (
    <div role="status" className="flex items-start gap-2 rounded-panel border border-line bg-warn-tint px-4 py-3">
      <span className="pt-0.5">
        <StatusMark mark="warning" />
      </span>
      <div>
        <p className="text-warn">
          {taken.length === 1 ? 'A dataset is' : 'Some datasets are'} there already:{' '}
          {taken.map((rule) => `chart.${datasetOf(rule)}`).join(', ')}. This source would write into {taken.length === 1 ? 'it' : 'them'},
          over or beside what is there.
        </p>
        <button type="button" className="btn mt-2" onClick={rename}>
          Use names that begin with {name}_
        </button>
      </div>
    </div>
  )
}

function datasetOf({ name, dataset }: StreamRule): string {
  return dataset ?? chartName(name)
}
