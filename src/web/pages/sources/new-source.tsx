import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import type { ConnectorInfo } from '../../../contract/sources.ts'
import { Empty } from '../../components/empty.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Load } from '../../components/panel.tsx'
import { WizardSteps } from '../../components/wizard-steps.tsx'
import { findErrors } from '../../schema-form/find-errors.ts'
import type { JsonSchema } from '../../schema-form/json-schema.ts'
import { connectorsQuery } from '../../state/source-queries.ts'
import { ConnectorGallery } from './connector-gallery.tsx'
import { ReviewStep } from './review-step.tsx'
import { SettingsStep } from './settings-step.tsx'
import { useSourceDraft } from './source-draft.ts'
import { StreamSteps } from './stream-steps.tsx'

const route = getRouteApi('/inside/sources/new')
const STEPS = [
  { id: 'kind', label: 'Kind' },
  { id: 'settings', label: 'Settings and test' },
  { id: 'streams', label: 'Streams' },
  { id: 'modes', label: 'How to read' },
  { id: 'review', label: 'Review' },
] as const
type StepId = (typeof STEPS)[number]['id']

/** Adds a source: its kind, its settings, what is read of it and how. Nothing is read or kept before the review. */
export function NewSource() {
  const { kind, step = kind === undefined ? 'kind' : 'settings' } = route.useSearch()
  const query = useQuery(connectorsQuery)
  const connector = query.data?.find(({ id }) => id === kind)
  if (kind === undefined || step === 'kind') {
    return (
      <>
        <PageHeader title="Add a source" documentTitle="Add a source" />
        <WizardSteps label="Steps of adding a source" steps={STEPS} current="kind" open={(id) => kind !== undefined && id === 'settings'} />
        <ConnectorGallery />
      </>
    )
  }
  if (connector !== undefined) return <OfKind key={connector.id} connector={connector} step={step} />
  return (
    <>
      <PageHeader title="Add a source" documentTitle="Add a source" />
      <Load query={query} what="the kind of source" lines={8}>
        {() => (
          <Empty
            kind="filtered"
            action={
              <a className="btn" href="/sources/new">
                See all kinds
              </a>
            }
          >
            This Atlas has no kind of source “{kind}”.
          </Empty>
        )}
      </Load>
    </>
  )
}

function OfKind({ connector, step }: { connector: ConnectorInfo; step: Exclude<StepId, 'kind'> }) {
  const navigate = useNavigate({ from: '/sources/new' })
  const schema = connector.settings as JsonSchema
  const [draft, change] = useSourceDraft(connector.id, schema)
  const complete = Object.keys(findErrors(schema, draft.settings)).length === 0
  // Secrets do not outlive a reload: whoever comes back to a later step gives them again first.
  const current = complete ? step : 'settings'
  const go = (next: StepId) => void navigate({ search: { kind: connector.id, step: next } })
  const unsaved = { connector: connector.id, settings: draft.settings }
  return (
    <>
      <PageHeader title={`Add a source: ${connector.title}`} documentTitle={`${connector.title} · Add a source`} />
      <WizardSteps label="Steps of adding a source" steps={STEPS} current={current} open={(id) => complete || id === 'kind'} />
      {complete || step === 'settings' ? null : (
        <p role="status" className="mb-4 max-w-[640px] rounded-panel border border-line bg-warn-tint px-4 py-2 text-cell text-warn">
          Some settings have to be given first. Secrets are not kept when a page is loaded anew.
        </p>
      )}
      {current === 'settings' && <SettingsStep connector={connector} draft={draft} change={change} onNext={() => go('streams')} />}
      {(current === 'streams' || current === 'modes') && (
        <StreamSteps
          step={current}
          connector={connector}
          unsaved={unsaved}
          revision={draft.revision}
          rules={draft.streams}
          onChange={(streams) => change({ streams })}
          go={go}
          before={{ label: 'Back', go: () => go('settings') }}
        />
      )}
      {current === 'review' && <ReviewStep connector={connector} draft={draft} change={change} go={go} />}
    </>
  )
}
