import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { PiiOverview } from '../../../contract/pii-review.ts'
import { DatasetLabel } from '../../components/layer-mark.tsx'
import { Load } from '../../components/panel.tsx'
import { StatusMark } from '../../components/status-badge.tsx'
import { formatCount } from '../../format/count.ts'
import { datasetsQuery } from '../../state/api.ts'

/** Which datasets nobody looked into: their columns count neither as personal data nor as free of it. */
export function NotLookedAt({ overview }: { overview: PiiOverview }) {
  const [open, setOpen] = useState(false)
  const { total, classified } = overview.datasets
  const missing = total - classified
  if (missing === 0) return null
  return (
    <div className="mb-4 rounded-panel border border-line bg-surface px-4 py-2">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="inline-flex items-center gap-1.5">
          <StatusMark mark="none" />
          {formatCount(missing)} of {formatCount(total)} published datasets {missing === 1 ? 'was' : 'were'} not looked at; no number here
          speaks for
          {missing === 1 ? ' it' : ' them'}.
        </span>
        <button type="button" className="link" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Hide' : 'Show'}
        </button>
      </p>
      {open && <List />}
    </div>
  )
}

function List() {
  const query = useInfiniteQuery(datasetsQuery({}))
  return (
    <Load query={query} what="the datasets" lines={2}>
      {({ pages }) => (
        <>
          <ul className="mt-2 flex flex-wrap gap-x-5 gap-y-1">
            {pages
              .flatMap((page) => page.datasets)
              .filter(({ piiColumns }) => piiColumns === null)
              .map(({ name }) => (
                <li key={name}>
                  <a className="link" href={`/datasets/${encodeURIComponent(name)}?tab=pii`}>
                    <DatasetLabel name={name} />
                  </a>
                </li>
              ))}
          </ul>
          <p className="mt-1 text-cell text-text-3">
            Explore keeps every value as it came; each run looks for personal data on the way to chart.
          </p>
          {query.hasNextPage && (
            <button type="button" className="btn mt-2" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              Look through more datasets
            </button>
          )}
        </>
      )}
    </Load>
  )
}
