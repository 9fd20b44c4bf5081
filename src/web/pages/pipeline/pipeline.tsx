import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { PipelineDetail } from '../../../contract/stored-pipelines.ts'
import { FlowGraph } from '../../components/flow-graph.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Load, Panel } from '../../components/panel.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { Time } from '../../components/time.tsx'
import { graphQuery, pipelineQuery } from '../../state/pipeline-queries.ts'
import { PipelineActs } from '../pipelines/pipeline-acts.tsx'
import { outputsOf, pipelineState, sourceOf } from '../pipelines/words.ts'
import { DriftBanner, GitBanner } from './banners.tsx'
import { DeclaredPanel } from './declared-panel.tsx'
import { PipelineRuns } from './pipeline-runs.tsx'
import { PlanTab } from './plan-tab.tsx'
import { VersionsTab } from './versions-tab.tsx'

const RENEW_MS = 15_000
const route = getRouteApi('/inside/pipelines/$name')
const TABS = [
  { id: 'overview', label: 'Overview' },
  { id: 'plan', label: 'Plan' },
  { id: 'runs', label: 'Runs' },
  { id: 'versions', label: 'Versions' },
] as const

/** What does it do, and what would change? */
export function PipelinePage() {
  const { name } = route.useParams()
  const { tab = 'overview' } = route.useSearch()
  const query = useQuery({ ...pipelineQuery(name), refetchInterval: RENEW_MS })
  const pipeline = query.data
  const state = pipeline === undefined ? null : pipelineState(pipeline)
  return (
    <>
      <PageHeader
        title={name}
        documentTitle={`${state === null ? '' : `${state.word} · `}${name} · Pipeline`}
        state={state !== null && <StatusBadge {...state} tinted />}
        line={pipeline !== undefined && <Line pipeline={pipeline} />}
        actions={pipeline !== undefined && <PipelineActs pipeline={pipeline} primary />}
      />
      {pipeline !== undefined && (
        <>
          <GitBanner pipeline={pipeline} />
          <DriftBanner pipeline={pipeline} />
        </>
      )}
      <Tabs tabs={TABS} current={tab} label={`Parts of ${name}`} />
      {tab === 'runs' ? (
        <PipelineRuns name={name} />
      ) : tab === 'versions' ? (
        <VersionsTab name={name} held={pipeline?.git?.holds === true} />
      ) : (
        <Load query={query} what="the pipeline" lines={8}>
          {(loaded) => (tab === 'plan' ? <PlanTab key={loaded.version} pipeline={loaded} /> : <Overview pipeline={loaded} />)}
        </Load>
      )}
    </>
  )
}

function Line({ pipeline }: { pipeline: PipelineDetail }) {
  const { definition, version, updatedAt } = pipeline
  return (
    <>
      <span>
        {sourceOf(pipeline)} → {outputsOf(pipeline)}
      </span>
      <span>
        version {version}, <Time at={updatedAt} />
      </span>
      {definition.owner !== undefined && <span>owner {definition.owner}</span>}
    </>
  )
}

/** What is stored, drawn and as text beside each other. */
function Overview({ pipeline }: { pipeline: PipelineDetail }) {
  const around = `source:${pipeline.name}`
  const graph = useQuery({ ...graphQuery(around), refetchInterval: RENEW_MS })
  return (
    <div className="grid items-start gap-4 2xl:grid-cols-[minmax(0,1fr)_minmax(360px,440px)]">
      {pipeline.definition.description !== '' && (
        <p className="max-w-[72ch] text-text-2 2xl:col-span-2">{pipeline.definition.description}</p>
      )}
      <Panel title="What it makes" aside="as it is stored, with the state of each part">
        <Load query={graph} what="the graph" lines={4}>
          {(found) => <FlowGraph graph={found} label={`What ${pipeline.name} makes`} current={around} />}
        </Load>
      </Panel>
      <DeclaredPanel pipeline={pipeline} />
      <Panel title="Definition" aside={`version ${pipeline.version}; secrets are left out`}>
        <pre className="overflow-x-auto px-4 py-3 font-mono text-label" tabIndex={0} aria-label="The definition as YAML">
          {pipeline.yaml}
        </pre>
      </Panel>
    </div>
  )
}
