import { useQuery } from '@tanstack/react-query'
import { StatusMark } from '../components/status-badge.tsx'
import { formatCount } from '../format/count.ts'
import { alertStatusQuery } from '../state/alert-queries.ts'

/** How many alerts nobody has yet; a mark instead where rules are not being looked at. Nothing when there is nothing to do. */
export function AlertBadge({ collapsed }: { collapsed: boolean }) {
  const { data, isError } = useQuery(alertStatusQuery)
  if (data === undefined || isError) return null
  const place = collapsed ? 'absolute ml-6 mb-4' : 'ml-auto'
  if (data.evaluator.state === 'down')
    return (
      <span className={place} title="Alert rules are not being looked at">
        <StatusMark mark="error" size={14} />
        <span className="sr-only">Rules are not being looked at</span>
      </span>
    )
  if (data.shown === 0) return null
  return (
    <span data-open-alerts={data.shown} className={`${place} rounded-full bg-bad-tint px-1.5 text-label font-medium text-bad`}>
      {formatCount(data.shown)}
      <span className="sr-only"> open</span>
    </span>
  )
}
