import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { Source } from '../../../contract/sources.ts'
import { Num } from '../../components/num.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Load } from '../../components/panel.tsx'
import { ProblemText } from '../../components/problem-view.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { Time } from '../../components/time.tsx'
import { pollWhilePaused } from '../../state/live.ts'
import { sourceNumbers } from '../../state/source-numbers.ts'
import { connectorsQuery, sourceQuery } from '../../state/source-queries.ts'
import { ActButtons } from '../sources/act-buttons.tsx'
import { SOURCE_MARKS } from '../sources/words.ts'
import { ChangesTab } from './changes-tab.tsx'
import { RunsTab } from './runs-tab.tsx'
import { SettingsTab } from './settings-tab.tsx'
import { StreamsTab } from './streams-tab.tsx'

const route = getRouteApi('/inside/sources/$name')
const TABS = [
  { id: 'streams', label: 'Streams' },
  { id: 'runs', label: 'Runs' },
  { id: 'changes', label: 'Schema changes' },
  { id: 'settings', label: 'Settings' },
] as const

/** Does this source deliver, how far is each stream, and what changed? */
export function SourcePage() {
  const { name } = route.useParams()
  const { tab: current = 'streams' } = route.useSearch()
  const query = useQuery({ ...sourceQuery(name), refetchInterval: pollWhilePaused })
  const source = query.data
  const mark = source && SOURCE_MARKS[source.state]
  return (
    <>
      <PageHeader
        title={name}
        documentTitle={mark === undefined ? `${name} · Source` : `${mark.word} · ${name} · Source`}
        state={mark && <StatusBadge {...mark} tinted />}
        line={source && <SourceLine source={source} />}
        actions={source && <ActButtons source={source} />}
      />
      <Load query={query} what={`the source ${name}`} lines={8}>
        {(found) => (
          <>
            <LastError source={found} />
            <Tabs label="Parts of the source" tabs={TABS} current={current} />
            {current === 'streams' && <StreamsTab source={found} />}
            {current === 'runs' && <RunsTab source={found} />}
            {current === 'changes' && <ChangesTab source={found} />}
            {current === 'settings' && <SettingsTab key={found.name} source={found} />}
          </>
        )}
      </Load>
    </>
  )
}

function SourceLine({ source }: { source: Source }) {
  const connectors = useQuery(connectorsQuery)
  const { connector, lastRun, lastSuccessAt, description } = source
  const numbers = sourceNumbers(source)
  return (
    <>
      <span>{connectors.data?.find(({ id }) => id === connector)?.title ?? connector}</span>
      {description !== '' && <span>{description}</span>}
      <span>
        {lastSuccessAt === null ? (
          'never read whole'
        ) : (
          <>
            last success <Time at={lastSuccessAt} />
          </>
        )}
      </span>
      {lastRun !== null && (
        <span>
          <a className="link" href={`/runs/${encodeURIComponent(lastRun.runId)}`}>
            {lastRun.finishedAt === null ? 'run going on' : 'last run'}
          </a>{' '}
          {lastRun.finishedAt !== null && numbers.read.s === 'ok' && (
            <>
              read <Num m={numbers.read} label="rows that the last run read" /> rows
            </>
          )}
        </span>
      )}
    </>
  )
}

/** What went wrong last, while it is what counts. */
function LastError({ source: { state, lastRun } }: { source: Source }) {
  if (lastRun?.error == null || state === 'on_time' || state === 'running') return null
  const at = lastRun.finishedAt === null ? undefined : <Time at={lastRun.finishedAt} />
  return (
    <section className="panel mb-4" aria-label="What went wrong">
      <ProblemText problem={lastRun.error} at={at} />
    </section>
  )
}
