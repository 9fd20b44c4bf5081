import { useQuery } from '@tanstack/react-query'
import type { StreamRule } from '../../../contract/pipelines.ts'
import type { ConnectorInfo, DiscoveredStream } from '../../../contract/sources.ts'
import { Empty } from '../../components/empty.tsx'
import { Load } from '../../components/panel.tsx'
import { type Unsaved, discoverQuery } from '../../state/source-queries.ts'
import { ModesStep } from './modes-step.tsx'
import { suggestStreams } from './source-draft.ts'
import { StreamsStep } from './streams-step.tsx'

export interface StreamStepsProps {
  step: 'streams' | 'modes'
  connector: ConnectorInfo
  unsaved: Unsaved
  revision: number
  /** Null while nobody has chosen: then what is suggested. */
  rules: StreamRule[] | null
  onChange: (rules: StreamRule[]) => void
  go: (step: 'streams' | 'modes' | 'review') => void
  /** The way back from the first of the two steps. */
  before: { label: string; go: () => void }
}

/** What the source found, and the rules of what is read of it. */
export interface Found {
  streams: DiscoveredStream[]
  at: string
}

/** Which streams, and how each is read: the two steps that adding a source and changing it share. */
export function StreamSteps(props: StreamStepsProps) {
  const { step, connector, unsaved, revision, onChange, go, before } = props
  const query = useQuery(discoverQuery(unsaved, revision))
  const back = (
    <button type="button" className="btn" onClick={before.go}>
      {before.label}
    </button>
  )
  return (
    <>
      {query.isPending && <p className="mb-2 text-text-2">Asking the source what it holds. Large sources take a while.</p>}
      <div className={query.data === undefined ? 'panel max-w-[960px]' : ''}>
        <Load query={query} what="the streams of the source" lines={8}>
          {(found) => {
            if (found.streams.length === 0)
              return (
                <div className="panel max-w-[960px]">
                  <Empty kind="good" action={back}>
                    None found: the source answered, and has no stream that this user may read.
                  </Empty>
                </div>
              )
            const rules = props.rules ?? suggestStreams(found.streams)
            const shared = { connector, found, rules, onChange, unsaved, revision }
            return step === 'streams' ? (
              <StreamsStep {...shared} back={back} onNext={() => go('modes')} />
            ) : (
              <ModesStep {...shared} onBack={() => go('streams')} onNext={() => go('review')} />
            )
          }}
        </Load>
      </div>
      {query.isError && <div className="mt-4">{back}</div>}
    </>
  )
}
