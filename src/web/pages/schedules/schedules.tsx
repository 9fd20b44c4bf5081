import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { Empty } from '../../components/empty.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Load, Panel } from '../../components/panel.tsx'
import { useMay } from '../../state/session.ts'
import { BackfillsPanel } from './backfills-panel.tsx'
import { FreshnessPanel } from './events-freshness.tsx'
import { EventsPanel } from './events-panel.tsx'
import { ScheduleForm } from './schedule-form.tsx'
import { schedulesQuery, weekQuery } from './schedule-queries.ts'
import { SchedulesTable } from './schedules-table.tsx'
import { WeekStrip } from './week-strip.tsx'

/** How often what the page says of coming times is renewed. */
const RENEW_MS = 30_000

/** What runs next by itself, and what was missed? */
export function Schedules() {
  const query = useQuery({ ...schedulesQuery, refetchInterval: RENEW_MS })
  const week = useQuery({ ...weekQuery, refetchInterval: RENEW_MS })
  const { edit } = useSearch({ from: '/inside/schedules' })
  const navigate = useNavigate({ from: '/schedules' })
  const may = useMay('schedules.edit')
  const edited = query.data?.find(({ id }) => id === edit)
  return (
    <>
      <PageHeader
        title="Schedules"
        documentTitle="Schedules"
        actions={
          may && (
            <a href="/schedules?edit=new" className="btn btn-primary">
              <Plus size={14} aria-hidden /> Add schedule
            </a>
          )
        }
      />
      <div className="grid gap-4">
        <Panel title="All schedules">
          <Load query={query} what="the schedules" lines={5}>
            {(schedules) =>
              schedules.length === 0 ? (
                <Empty kind="first-use">
                  No schedule yet. A schedule runs a pipeline or a saved source at times of the day, or every so often, while Atlas is
                  running.
                </Empty>
              ) : (
                <SchedulesTable schedules={schedules} />
              )
            }
          </Load>
        </Panel>
        {query.data?.length !== 0 && (
          <Panel title="The coming week">
            <Load query={week} what="the coming week" lines={4}>
              {(coming) => <WeekStrip week={coming} />}
            </Load>
          </Panel>
        )}
        {/* A browser has about six connections for one server: what is asked after the schedules leaves one for going elsewhere. */}
        {!query.isPending && (
          <>
            <EventsPanel />
            <FreshnessPanel />
            <BackfillsPanel />
          </>
        )}
      </div>
      {(edit === 'new' || edited !== undefined) && (
        <ScheduleForm key={edit} schedule={edited} onClose={() => void navigate({ search: {}, replace: true })} />
      )}
    </>
  )
}
