import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { PipelineDefinition } from '../../../contract/pipelines.ts'
import type { PipelineDetail } from '../../../contract/stored-pipelines.ts'
import { Empty } from '../../components/empty.tsx'
import { Field } from '../../components/field.tsx'
import { Panel } from '../../components/panel.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { client } from '../../state/api.ts'
import { useSavePipeline } from '../../state/pipeline-queries.ts'
import { useMay } from '../../state/session.ts'
import { PlanView } from './plan-view.tsx'

/** A change is tried before it is stored: what it would do stands here, and only that can be stored. */
export function PlanTab({ pipeline }: { pipeline: PipelineDetail }) {
  const { name, yaml, git } = pipeline
  const may = useMay('pipelines.edit')
  const [text, setText] = useState(yaml)
  const plan = useMutation({ mutationFn: askPlan })
  const save = useSavePipeline()
  if (!may) return <Empty kind="no-permission">Your role does not include planning changes. An admin of this Atlas can grant it.</Empty>
  const held = git?.holds === true
  const isCurrent = plan.data !== undefined && plan.variables === text
  const planned = isCurrent ? plan.data : undefined
  return (
    <div className="grid items-start gap-4 xl:grid-cols-2">
      <Panel title="Definition">
        <form
          className="grid gap-3 px-4 py-3"
          onSubmit={(event) => {
            event.preventDefault()
            save.reset()
            plan.mutate(text)
          }}
        >
          <Field
            label={`${name} as YAML`}
            hint={
              held ? `It can be tried here, and is stored by applying ${git.file}.` : 'A secret that stays as dots stays as it is stored.'
            }
          >
            {(ids) => (
              <textarea
                {...ids}
                className="input min-h-96 w-full py-2 font-mono text-label whitespace-pre"
                spellCheck={false}
                value={text}
                onChange={(event) => setText(event.target.value)}
              />
            )}
          </Field>
          <div className="flex flex-wrap justify-end gap-2">
            <button type="button" className="btn" disabled={text === yaml} onClick={() => setText(yaml)}>
              As stored
            </button>
            <button type="submit" className={`btn ${planned === undefined ? 'btn-primary' : ''}`} disabled={plan.isPending}>
              {plan.isPending ? 'Planning' : 'Plan'}
            </button>
            {!held && planned !== undefined && planned.plan.changes.length > 0 && (
              <button type="button" className="btn btn-primary" disabled={save.isPending} onClick={() => save.mutate(planned.definition)}>
                {save.isPending ? 'Applying' : 'Apply as a new version'}
              </button>
            )}
          </div>
        </form>
      </Panel>
      <Panel title="What would change" aside="nothing is stored by planning">
        {save.isError && <ProblemView error={save.error} what="Could not apply it" />}
        {plan.isError ? (
          <ProblemView error={plan.error} what="Could not plan it" />
        ) : planned === undefined ? (
          <p className="px-4 py-4 text-text-2">
            Change the definition and plan it: which datasets and columns appear, and what is rewritten, is shown here first.
          </p>
        ) : (
          <PlanView plan={planned.plan} asked={`plan of ${name}`} />
        )}
      </Panel>
    </div>
  )
}

async function askPlan(text: string): Promise<{ definition: PipelineDefinition; plan: Awaited<ReturnType<typeof planOf>> }> {
  const definition = await client.call('POST /pipelines/read', { body: { text } })
  return { definition, plan: await planOf(definition) }
}

function planOf(definition: PipelineDefinition) {
  return client.call('POST /pipelines/plan', { body: { pipelines: [{ file: null, definition }] } })
}
