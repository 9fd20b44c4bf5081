import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { Empty } from '../../components/empty.tsx'
import { Select } from '../../components/field.tsx'
import { Load, Panel } from '../../components/panel.tsx'
import { pipelinesQuery } from '../../state/api.ts'
import { sourcesQuery } from '../../state/source-queries.ts'
import { PolicyEditor } from './policy-editor.tsx'
import { type PolicyTarget, policyTargets } from './policy-targets.ts'

const route = getRouteApi('/inside/pii')

/** What is done to personal data on the way to chart: the policy of each source and pipeline. */
export function PolicyTab() {
  const sources = useQuery(sourcesQuery)
  const pipelines = useQuery(pipelinesQuery)
  return (
    <Load query={sources} what="the policies of sources" lines={6}>
      {(some) => (
        <Load query={pipelines} what="the policies of pipelines" lines={6}>
          {(others) => <Policies targets={policyTargets(some, others)} />}
        </Load>
      )}
    </Load>
  )
}

function Policies({ targets }: { targets: PolicyTarget[] }) {
  const { policy } = route.useSearch()
  const navigate = useNavigate({ from: '/pii' })
  const chosen = targets.find(({ id }) => id === policy) ?? targets[0]
  if (chosen === undefined)
    return (
      <Panel title="Policy">
        <Empty
          kind="first-use"
          action={
            <a href="/sources/new" className="btn">
              Add source
            </a>
          }
        >
          A policy belongs to a source or a pipeline. There is none yet; until one says otherwise, each run follows Atlas’s default.
        </Empty>
      </Panel>
    )
  return (
    <div className="grid gap-3">
      <div className="max-w-80">
        <Select
          label="Policy of"
          value={chosen.id}
          options={targets.map(({ id, kind, name }) => ({ value: id, label: `${name} (${kind})` }))}
          onChange={(id) => void navigate({ search: (old) => ({ ...old, policy: id }) })}
        />
      </div>
      <PolicyEditor key={chosen.id} target={chosen} />
    </div>
  )
}
