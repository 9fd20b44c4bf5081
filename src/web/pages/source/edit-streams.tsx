import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { StreamRule } from '../../../contract/pipelines.ts'
import type { ConnectorInfo, Source } from '../../../contract/sources.ts'
import { PageHeader } from '../../components/page-header.tsx'
import { Load } from '../../components/panel.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { WizardSteps } from '../../components/wizard-steps.tsx'
import { useMay } from '../../state/session.ts'
import { connectorsQuery, sourceQuery } from '../../state/source-queries.ts'
import { ReviewLine, RulesInWords } from '../sources/review-lines.tsx'
import { useChangeSource } from '../sources/source-acts.ts'
import { StreamSteps } from '../sources/stream-steps.tsx'

const route = getRouteApi('/inside/sources/$name/streams')
const STEPS = [
  { id: 'streams', label: 'Streams' },
  { id: 'modes', label: 'How to read' },
  { id: 'review', label: 'Review' },
] as const

/** Changes which streams of a saved source are read, and how. */
export function EditStreams() {
  const { name } = route.useParams()
  const source = useQuery({ ...sourceQuery(name), staleTime: Infinity })
  const connectors = useQuery(connectorsQuery)
  const connector = connectors.data?.find(({ id }) => id === source.data?.connector)
  return (
    <>
      <PageHeader title={`Streams of ${name}`} documentTitle={`Streams of ${name} · Source`} />
      <Load query={source} what={`the source ${name}`} lines={8}>
        {(found) => (
          <Load query={connectors} what="the kind of source" lines={8}>
            {() => (connector === undefined ? null : <Edit source={found} connector={connector} />)}
          </Load>
        )}
      </Load>
    </>
  )
}

function Edit({ source, connector }: { source: Source; connector: ConnectorInfo }) {
  const { step = 'streams' } = route.useSearch()
  const navigate = useNavigate()
  const [rules, setRules] = useState<StreamRule[] | null>(source.streams.length === 0 ? null : source.streams)
  const { name } = source
  const go = (next: 'streams' | 'modes' | 'review') =>
    void navigate({ to: '/sources/$name/streams', params: { name }, search: { step: next } })
  const leave = () => void navigate({ to: '/sources/$name', params: { name } })
  return (
    <>
      <WizardSteps label="Steps of changing streams" steps={STEPS} current={step} open={() => true} />
      {step === 'review' ? (
        <Review source={source} rules={rules ?? source.streams} onEdit={go} onDone={leave} />
      ) : (
        <StreamSteps
          step={step}
          connector={connector}
          unsaved={{ connector: connector.id, settings: source.settings, saved: name }}
          revision={source.version}
          rules={rules}
          onChange={setRules}
          go={go}
          before={{ label: 'Back to the source', go: leave }}
        />
      )}
    </>
  )
}

function Review(props: { source: Source; rules: StreamRule[]; onEdit: (step: 'streams' | 'modes') => void; onDone: () => void }) {
  const { source, rules, onEdit, onDone } = props
  const save = useChangeSource(source.name)
  const may = useMay('sources.edit')
  const gone = source.streams.filter(({ name }) => !rules.some((rule) => rule.name === name))
  return (
    <div className="grid max-w-[720px] gap-5">
      <dl className="panel divide-y divide-line">
        <ReviewLine name="Streams" onEdit={() => onEdit('streams')}>
          {rules.length === 0 ? 'All that the source has, replaced each time' : <RulesInWords rules={rules} />}
        </ReviewLine>
        {gone.length > 0 && (
          <ReviewLine name="Not read" onEdit={() => onEdit('streams')}>
            {gone.map(({ name }) => name).join(', ')}. Their datasets stay as they are.
          </ReviewLine>
        )}
      </dl>
      {save.isError && (
        <div className="panel">
          <ProblemView error={save.error} what="Nothing was saved" />
        </div>
      )}
      <div className="flex flex-wrap gap-2">
        <button
          type="button"
          className="btn btn-primary"
          disabled={!may || save.isPending}
          title={may ? undefined : 'Your role does not include changing sources'}
          onClick={() => save.mutate({ streams: rules }, { onSuccess: onDone })}
        >
          {save.isPending ? 'Saving' : 'Save streams'}
        </button>
        <button type="button" className="btn" onClick={() => onEdit('modes')}>
          Back
        </button>
      </div>
    </div>
  )
}
