import { useQuery } from '@tanstack/react-query'
import { Upload } from 'lucide-react'
import { PageHeader } from '../../components/page-header.tsx'
import { AsOf, Load, Panel } from '../../components/panel.tsx'
import { dashboardQuery } from '../../state/api.ts'
import { pollWhilePaused } from '../../state/live.ts'
import { useMay } from '../../state/session.ts'
import { Attention } from './attention.tsx'
import { Figures } from './figures.tsx'
import { FirstUse } from './first-use.tsx'
import { LayersTable } from './layers-table.tsx'
import { RecentRuns } from './recent-runs.tsx'
import { StripPanel } from './strip-panel.tsx'

/** Is the data safe to use now, and what needs me? */
export function Dashboard() {
  const stats = useQuery({ ...dashboardQuery, refetchInterval: pollWhilePaused })
  const mayUpload = useMay('uploads.write')
  const asOf = stats.data === undefined ? undefined : <AsOf at={stats.data.asOf} />
  const empty = stats.data?.totalRuns === 0 && stats.data.layers.every((layer) => layer.datasets === 0)
  const urgent = stats.data?.attention.length
  return (
    <>
      <PageHeader
        title="Dashboard"
        documentTitle={urgent ? `${urgent} need attention · Dashboard` : 'Dashboard'}
        actions={
          mayUpload &&
          !empty && (
            <a href="/uploads/new" className="btn btn-primary">
              <Upload size={14} aria-hidden /> Upload file
            </a>
          )
        }
      />
      {stats.isError && stats.data === undefined ? (
        <div className="grid gap-4">
          <section className="panel" aria-label="Dashboard">
            <Load query={stats} what="the dashboard">
              {() => null}
            </Load>
          </section>
          <StripPanel />
        </div>
      ) : empty ? (
        <FirstUse mayUpload={mayUpload} />
      ) : (
        <div className="grid gap-4">
          <Panel title={urgent ? `Needs attention (${urgent})` : 'Needs attention'} aside={asOf}>
            <Load query={stats} what="what needs attention" lines={2}>
              {(data) => <Attention items={data.attention} asOf={data.asOf} />}
            </Load>
          </Panel>
          <Panel title="Measures" aside={asOf}>
            <Load query={stats} what="the measures" lines={2}>
              {(data) => <Figures stats={data} />}
            </Load>
          </Panel>
          <div className="grid gap-4 xl:grid-cols-[minmax(0,5fr)_minmax(0,7fr)]">
            <Panel title="Layers" aside={asOf}>
              <Load query={stats} what="the layers" lines={3}>
                {(data) => <LayersTable stats={data} />}
              </Load>
            </Panel>
            <StripPanel />
          </div>
          <Panel
            title="Recent runs"
            aside={
              <a className="link" href="/runs">
                All runs
              </a>
            }
          >
            <Load query={stats} what="the recent runs" lines={5}>
              {(data) => <RecentRuns runs={data.recentRuns} />}
            </Load>
          </Panel>
        </div>
      )}
    </>
  )
}
