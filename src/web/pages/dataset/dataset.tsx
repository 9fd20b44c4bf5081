import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { Dataset } from '../../../contract/datasets.ts'
import type { Layer } from '../../../contract/names.ts'
import { CopyButton } from '../../components/copy-button.tsx'
import { LayerMark } from '../../components/layer-mark.tsx'
import { Num } from '../../components/num.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Load } from '../../components/panel.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { Time } from '../../components/time.tsx'
import { datasetQuery } from '../../state/api.ts'
import { datasetNumbers } from '../../state/dataset-numbers.ts'
import { pollWhilePaused } from '../../state/live.ts'
import { DownloadMenu } from './download-menu.tsx'
import { HistoryTab } from './history-tab.tsx'
import { OverviewTab } from './overview-tab.tsx'
import { PiiTab } from './pii-tab.tsx'
import { QualityTab } from './quality/quality-tab.tsx'
import { QuarantineTab } from './quarantine/quarantine-tab.tsx'
import { RowsTab } from './rows-tab.tsx'
import { SchemaTab } from './schema-tab.tsx'

const route = getRouteApi('/inside/datasets/$name')
const TABS = [
  { id: 'overview', label: 'Overview' },
  { id: 'schema', label: 'Schema' },
  { id: 'rows', label: 'Rows' },
  { id: 'quality', label: 'Quality' },
  { id: 'pii', label: 'PII' },
  { id: 'history', label: 'History' },
  { id: 'quarantine', label: 'Quarantine' },
] as const

/** What is this, can I trust it, may I use it? */
export function DatasetPage() {
  const { name } = route.useParams()
  const { tab, at } = route.useSearch()
  const query = useQuery({
    ...datasetQuery(name, at),
    refetchInterval: pollWhilePaused,
    placeholderData: (last) => (last?.name === name ? last : undefined),
  })
  const dataset = query.data
  const current = tab ?? 'overview'
  return (
    <>
      <PageHeader
        title={
          <span className="inline-flex items-baseline gap-1">
            <LayerMark layer={name.slice(0, name.indexOf('.')) as Layer} />
            {name}
            <CopyButton text={name} label="Copy name" />
          </span>
        }
        documentTitle={`${name} · ${TABS.find(({ id }) => id === current)?.label}`}
        line={dataset && <DatasetLine dataset={dataset} />}
        actions={dataset && <DownloadMenu name={name} at={at} />}
      />
      {at !== undefined && dataset !== undefined && <OlderSnapshot name={name} dataset={dataset} />}
      <Tabs label="Parts of the dataset" tabs={TABS} current={current} />
      <Load query={query} what={`the dataset ${name}`} lines={8}>
        {(data) => <Tab current={current} dataset={data} />}
      </Load>
    </>
  )
}

function Tab({ current, dataset }: { current: (typeof TABS)[number]['id']; dataset: Dataset }) {
  switch (current) {
    case 'overview':
      return <OverviewTab dataset={dataset} />
    case 'schema':
      return <SchemaTab dataset={dataset} />
    case 'rows':
      return <RowsTab dataset={dataset} />
    case 'quality':
      return <QualityTab dataset={dataset} />
    case 'pii':
      return <PiiTab dataset={dataset} />
    case 'history':
      return <HistoryTab dataset={dataset} />
    case 'quarantine':
      return <QuarantineTab dataset={dataset} />
  }
}

function DatasetLine({ dataset }: { dataset: Dataset }) {
  const numbers = datasetNumbers(dataset)
  return (
    <>
      <span>
        <Num m={numbers.rows} label="rows" /> rows, exact
      </span>
      <span>
        <Num m={numbers.columns} label="columns" /> columns
      </span>
      <Num m={numbers.size} label="size" as="bytes" formula="sum of its Parquet files" />
      <span>
        snapshot <code className="font-mono">{dataset.snapshotId}</code>, published <Time at={dataset.snapshot.committedAt} />
      </span>
    </>
  )
}

function OlderSnapshot({ name, dataset }: { name: string; dataset: Dataset }) {
  return (
    <p role="status" className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-panel border border-line bg-selected px-4 py-2">
      <span>
        You read {name} as of snapshot <code className="font-mono">{dataset.snapshotId}</code>, <Time at={dataset.snapshot.committedAt} />.
      </span>
      <a className="link" href={`/datasets/${encodeURIComponent(name)}`}>
        Open the published snapshot
      </a>
    </p>
  )
}
