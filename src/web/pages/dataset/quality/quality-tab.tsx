import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { Printer } from 'lucide-react'
import type { Dataset } from '../../../../contract/datasets.ts'
import type { DatasetQuality } from '../../../../contract/quality-overview.ts'
import { ChecksSum, ChecksTable } from '../../../components/checks-table.tsx'
import { Dimensions } from '../../../components/dimensions.tsx'
import { Empty } from '../../../components/empty.tsx'
import { AsOf, Load, Panel } from '../../../components/panel.tsx'
import { formatCount } from '../../../format/count.ts'
import { formatScore } from '../../../format/percent.ts'
import type { Receipt } from '../../../measured.ts'
import { datasetReceipt } from '../../../state/dataset-numbers.ts'
import { pollWhilePaused } from '../../../state/live.ts'
import { datasetQualityQuery } from '../../../state/quality-queries.ts'
import { useMay } from '../../../state/session.ts'
import { ColumnsTable } from './columns-table.tsx'
import { RuleDrawer } from './rule-drawer.tsx'
import { RuleEditor } from './rule-editor.tsx'
import { RulesTable } from './rules-table.tsx'
import { Suggestions } from './suggestions.tsx'
import { Unexpected } from './unexpected.tsx'

const route = getRouteApi('/inside/datasets/$name')

/** What is failing, where is nothing checked, and what is it about? */
export function QualityTab({ dataset }: { dataset: Dataset }) {
  const { at, rule, edit } = route.useSearch()
  const query = useQuery({ ...datasetQualityQuery(dataset.name, at), refetchInterval: pollWhilePaused })
  const receipt = datasetReceipt(dataset)
  return (
    <div className="grid grid-cols-1 items-start gap-4">
      <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-2">
        <Panel title="Dimensions" aside={<AsOf at={dataset.snapshot.committedAt} />}>
          <Load query={query} what="the dimensions" lines={7}>
            {(quality) => <Score quality={quality} receipt={receipt} />}
          </Load>
        </Panel>
        <Panel title="Unexpected" aside={<span>against its own history</span>}>
          <Load query={query} what="the histories" lines={4}>
            {(quality) => <Unexpected quality={quality} />}
          </Load>
        </Panel>
      </div>
      <Rules query={query} dataset={dataset} receipt={receipt} />
      <Panel title="Columns">
        <Load query={query} what="the columns" lines={6}>
          {(quality) => <ColumnsTable quality={quality} />}
        </Load>
      </Panel>
      {at === undefined && <Suggestions name={dataset.name} />}
      {rule !== undefined && edit === undefined && query.data !== undefined && (
        <RuleDrawer key={rule} rule={rule} quality={query.data} snapshot={at} />
      )}
      {edit !== undefined && <RuleEditor key={edit} dataset={dataset} edit={edit} />}
    </div>
  )
}

function Rules({ query, dataset, receipt }: { query: UseQueryResult<DatasetQuality>; dataset: Dataset; receipt: Receipt }) {
  const may = useMay('quality.edit')
  const navigate = useNavigate({ from: '/datasets/$name' })
  const declared = query.data?.rules.filter(({ origin }) => origin !== 'automatic') ?? []
  return (
    <Panel
      title="Rules"
      aside={
        <>
          {declared.length > 0 && <ChecksSum checks={declared} receipt={receipt} />}
          <a
            className="btn"
            href={`/api/v1/quality/datasets/${encodeURIComponent(dataset.name)}/report?format=html`}
            target="_blank"
            rel="noreferrer"
          >
            <Printer size={14} aria-hidden /> Report
          </a>
          <button
            type="button"
            className="btn btn-primary"
            disabled={!may}
            title={may ? undefined : 'Your role does not include changing rules'}
            onClick={() => void navigate({ search: (old) => ({ ...old, edit: 'new' }), resetScroll: false })}
          >
            New rule
          </button>
        </>
      }
    >
      <Load query={query} what="the rules" lines={6}>
        {(quality) => (
          <>
            {quality.refused !== null && <Refused refused={quality.refused} />}
            <RulesTable quality={quality} receipt={receipt} />
            <Automatic quality={quality} receipt={receipt} />
          </>
        )}
      </Load>
    </Panel>
  )
}

function Score({ quality, receipt }: { quality: DatasetQuality; receipt: Receipt }) {
  const { summary } = quality
  if (summary === null) return <Empty kind="never-measured">Not measured: no check ran on this snapshot.</Empty>
  return (
    <>
      <Dimensions quality={summary} checks={quality.rules} receipt={receipt} />
      <p className="border-t border-line px-4 py-2 text-cell text-text-2">
        {summary.cap !== null && (
          <>
            The score is held at {formatScore(summary.cap.at)} by <code className="font-mono">{summary.cap.rule}</code>.{' '}
          </>
        )}
        Declared rules look at {formatCount(summary.coverage.columns)} of {formatCount(summary.coverage.of)} columns.
      </p>
    </>
  )
}

/** A newer run that published nothing: its results are not those of this snapshot. */
function Refused({ refused }: { refused: NonNullable<DatasetQuality['refused']> }) {
  const broken = refused.results.filter(({ status }) => status === 'failed' || status === 'error').map(({ rule }) => rule)
  return (
    <p role="status" className="border-b border-line bg-selected px-4 py-2">
      A newer run was refused and published nothing: {broken.join(', ')}.{' '}
      <a className="link" href={`/runs/${encodeURIComponent(refused.runId)}?tab=checks`}>
        Open the run
      </a>
    </p>
  )
}

function Automatic({ quality, receipt }: { quality: DatasetQuality; receipt: Receipt }) {
  const rules = quality.rules.filter(({ origin }) => origin === 'automatic')
  if (rules.length === 0) return null
  return (
    <details className="border-t border-line">
      <summary className="link mx-4 my-2 w-fit">What runs by itself ({formatCount(rules.length)})</summary>
      <ChecksTable checks={rules} receipt={receipt} />
    </details>
  )
}
