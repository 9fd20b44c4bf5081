import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { MetricSeries } from '../../../../contract/quality-history.ts'
import type { DatasetQuality } from '../../../../contract/quality-overview.ts'
import { Empty } from '../../../components/empty.tsx'
import { Load } from '../../../components/panel.tsx'
import { ProblemView } from '../../../components/problem-view.tsx'
import { StatusBadge } from '../../../components/status-badge.tsx'
import { client } from '../../../state/api.ts'
import { metricHistoryQuery, renewQuality } from '../../../state/quality-queries.ts'
import { useMay } from '../../../state/session.ts'
import { MetricChart } from './metric-chart.tsx'
import { metricWords, REASONS } from './words.ts'

/** Metrics of this snapshot that their own history did not let expect, each with its chart and a way to say that it was right. */
export function Unexpected({ quality }: { quality: DatasetQuality }) {
  if (quality.anomalies.length > 0)
    return (
      <ul>
        {quality.anomalies.map((series) => (
          <li key={metricWords(series)} className="border-line px-4 py-3 not-last:border-b">
            <One dataset={quality.dataset} series={series} />
          </li>
        ))}
      </ul>
    )
  if (quality.summary === null) return <Empty kind="never-measured">Not measured: there is no history yet.</Empty>
  return <Empty kind="good">Nothing in this snapshot is outside what its history lets expect.</Empty>
}

function One({ dataset, series }: { dataset: string; series: MetricSeries }) {
  const query = useQuery(metricHistoryQuery(dataset, series))
  const { reason } = series.last
  return (
    <div className="grid gap-2">
      <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <StatusBadge mark="warning" word={metricWords(series)} />
        <span className="text-cell text-text-2">{reason === null ? '' : REASONS[reason]}</span>
      </p>
      <Load query={query} what="its history" lines={3}>
        {(history) => <MetricChart history={history} />}
      </Load>
      <Expected dataset={dataset} pointId={series.last.id} about={metricWords(series)} />
    </div>
  )
}

/** "This was expected": teaches what the next points are judged by. */
function Expected({ dataset, pointId, about }: { dataset: string; pointId: string; about: string }) {
  const may = useMay('quality.edit')
  const [why, setWhy] = useState('')
  const mark = useMutation({
    mutationFn: (scope: 'point' | 'level') =>
      client.call('PUT /quality/datasets/:name/history/:pointId/expected', {
        params: { name: dataset, pointId },
        body: { scope, why: why.trim() },
      }),
    onSuccess: renewQuality,
  })
  if (!may) return null
  const ready = why.trim() !== '' && !mark.isPending
  return (
    <details className="text-cell">
      <summary className="link w-fit">This was expected</summary>
      <div className="mt-2 flex flex-wrap items-center gap-2">
        <input
          className="input w-72 max-w-full"
          aria-label={`Why ${about} was expected`}
          placeholder="Why, without values of rows"
          maxLength={1000}
          value={why}
          onChange={(event) => setWhy(event.target.value)}
        />
        <button type="button" className="btn" disabled={!ready} onClick={() => mark.mutate('point')}>
          This time
        </button>
        <button type="button" className="btn" disabled={!ready} title="What was before counts no more" onClick={() => mark.mutate('level')}>
          From now on
        </button>
      </div>
      {mark.isError && <ProblemView error={mark.error} what="Nothing was changed" />}
    </details>
  )
}
