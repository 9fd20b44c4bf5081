import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { RunDetail } from '../../../contract/runs.ts'
import { IdText } from '../../components/id-text.tsx'
import { Num } from '../../components/num.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Load } from '../../components/panel.tsx'
import { LOCAL_COMMAND, Working } from '../../components/runs-table.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { Time } from '../../components/time.tsx'
import { runQuery } from '../../state/api.ts'
import { isFinished, pollWhilePaused } from '../../state/live.ts'
import { runNumbers, waitsSince } from '../../state/run-numbers.ts'
import { useMay } from '../../state/session.ts'
import { runBadge } from '../../state/run-acts.ts'
import { sourcesQuery } from '../../state/source-queries.ts'
import { CancelRun } from './cancel-run.tsx'
import { ChecksTab } from './checks-tab.tsx'
import { LogTab } from './log-tab.tsx'
import { QuarantineTab } from './quarantine-tab.tsx'
import { ResultTab } from './result-tab.tsx'
import { RetryRun } from './retry-run.tsx'
import { RunHeadline } from './run-headline.tsx'
import { RunSnapshots } from './run-snapshots.tsx'
import { RunStory } from './run-story.tsx'
import { StepsTimeline } from './steps-timeline.tsx'
import { useRunEvents } from './use-run-events.ts'

const route = getRouteApi('/inside/runs/$runId')

const TRIGGERS: Record<RunDetail['trigger'], string> = {
  cli: 'in a terminal',
  api: 'over HTTP',
  upload: 'from an upload',
  replay: 'from quarantine',
  schedule: 'on schedule',
  event: 'by an event',
  dependency: 'because what it reads is new',
  freshness: 'to keep a dataset fresh',
  backfill: 'in a backfill',
}

/** What happened, was anything published, what do I do? */
export function RunPage() {
  const { runId } = route.useParams()
  const query = useQuery({
    ...runQuery(runId),
    // What a run waits for, and how long its worker has been silent, come with no event.
    refetchInterval: ({ state }) => pollWhilePaused() || (state.data !== undefined && !isFinished(state.data) ? 10_000 : false),
  })
  const run = query.data
  const progress = useRunEvents(runId, run !== undefined && !isFinished(run))
  const badge = run === undefined ? undefined : runBadge(run)
  return (
    <>
      <PageHeader
        title={run === undefined ? 'Run' : `Run of ${run.pipeline}`}
        documentTitle={run === undefined ? 'Run' : `${badge?.word} · ${run.pipeline} · Run`}
        state={badge && <StatusBadge {...badge} tinted />}
        line={run && <RunLine run={run} />}
        actions={
          run && (
            <>
              {!isFinished(run) && <CancelRun run={run} />}
              <RetryRun run={run} />
            </>
          )
        }
      />
      <Load query={query} what="the run" lines={10}>
        {(detail) => (
          <>
            <RunHeadline run={detail} />
            <RunStory run={detail} />
            <StepsTimeline run={detail} progress={progress} />
            <RunTabs run={detail} />
          </>
        )}
      </Load>
    </>
  )
}

function RunLine({ run }: { run: RunDetail }) {
  const numbers = runNumbers(run)
  const sources = useQuery({ ...sourcesQuery, enabled: useMay('sources.read') })
  return (
    <>
      <IdText id={run.id} copy />
      {sources.data?.some(({ name }) => name === run.pipeline) === true && (
        <a className="link" href={`/sources/${encodeURIComponent(run.pipeline)}`}>
          source {run.pipeline}
        </a>
      )}
      <span>
        {run.requestedBy === LOCAL_COMMAND ? 'started ' : `by ${run.requestedBy}, `}
        {TRIGGERS[run.trigger]}
        {run.logicalTime !== null && (
          <>
            {' '}
            for <Time at={run.logicalTime} />
          </>
        )}
      </span>
      <Time at={run.queuedAt} />
      <span>
        {run.startedAt === null ? (
          'waiting in the queue'
        ) : run.state === 'queued' ? (
          <>
            waiting <Working since={waitsSince(run)} /> + worked{' '}
            <Num m={numbers.worked} label="time that its attempts worked" as="duration" />
          </>
        ) : (
          <>
            queued <Num m={numbers.queued} label="time in the queue" as="duration" formula="start − queued" /> + worked{' '}
            {run.finishedAt === null ? (
              <Working since={run.startedAt} />
            ) : (
              <Num m={numbers.worked} label="time worked" as="duration" formula="end − start" />
            )}
          </>
        )}
      </span>
    </>
  )
}

function RunTabs({ run }: { run: RunDetail }) {
  const { tab } = route.useSearch()
  const current = tab ?? tellingTab(run)
  const tabs = [
    { id: 'result', label: 'Result' },
    { id: 'checks', label: 'Checks' },
    { id: 'quarantine', label: 'Quarantined rows' },
    { id: 'snapshots', label: 'Inputs and outputs' },
    { id: 'log', label: 'Log' },
  ]
  return (
    <>
      <Tabs label="Parts of the run" tabs={tabs} current={current} chosenByPage />
      {current === 'result' && <ResultTab run={run} />}
      {current === 'snapshots' && <RunSnapshots run={run} />}
      {current === 'checks' && <ChecksTab run={run} />}
      {current === 'quarantine' && <QuarantineTab run={run} />}
      {current === 'log' && <LogTab run={run} />}
    </>
  )
}

/** Where to look first: at the log while the run is open or when it broke, at the checks when one blocked it, else at the result. */
function tellingTab(run: RunDetail): 'result' | 'checks' | 'log' {
  if (run.state === 'succeeded' || ((run.state === 'partial' || run.state === 'rate_limited') && run.report !== null)) return 'result'
  return run.state === 'blocked' && run.report?.checks.length ? 'checks' : 'log'
}
