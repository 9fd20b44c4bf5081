import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ProblemError } from '../../../client/problem-error.ts'
import type { ConnectorInfo, Source } from '../../../contract/sources.ts'
import { Field } from '../../components/field.tsx'
import { Load, Panel } from '../../components/panel.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { Time } from '../../components/time.tsx'
import { type FieldErrors, errorsOfProblem, findErrors } from '../../schema-form/find-errors.ts'
import type { JsonObject, JsonSchema } from '../../schema-form/json-schema.ts'
import { ErrorSummary, SchemaForm } from '../../schema-form/schema-form.tsx'
import { forgetSecrets, keptSecrets } from '../../schema-form/secrets.ts'
import { client } from '../../state/api.ts'
import { useMay } from '../../state/session.ts'
import { connectorsQuery } from '../../state/source-queries.ts'
import { CheckedParts, Testing } from '../sources/checked-parts.tsx'
import { useChangeSource } from '../sources/source-acts.ts'
import { DeleteSource } from './delete-source.tsx'

/** The settings of a source, to be changed; and its end. */
export function SettingsTab({ source }: { source: Source }) {
  const query = useQuery(connectorsQuery)
  return (
    <div className="grid max-w-[720px] gap-4">
      <Panel
        title="Settings"
        aside={
          <span>
            changed <Time at={source.updatedAt} /> by {source.updatedBy}
          </span>
        }
      >
        <Load query={query} what="the settings" lines={6}>
          {(connectors) => {
            const connector = connectors.find(({ id }) => id === source.connector)
            return connector === undefined ? (
              <p className="px-4 py-3">This Atlas has no connector {source.connector} any more. The source can only be deleted.</p>
            ) : (
              <SettingsForm source={source} connector={connector} />
            )
          }}
        </Load>
      </Panel>
      <DeleteSource source={source} />
    </div>
  )
}

function SettingsForm({ source, connector }: { source: Source; connector: ConnectorInfo }) {
  const schema = connector.settings as JsonSchema
  const [settings, setSettings] = useState<JsonObject>(source.settings)
  const [description, setDescription] = useState(source.description)
  const [credentialsEnd, setCredentialsEnd] = useState(source.credentialsEnd ?? '')
  const [asked, setAsked] = useState(false)
  const [again, setAgain] = useState<FieldErrors>({})
  const may = useMay('sources.edit')
  const save = useChangeSource(source.name)
  const test = useMutation({
    mutationFn: () => client.call('POST /sources/test', { body: { connector: connector.id, settings, saved: source.name } }),
  })
  const set = (next: JsonObject) => {
    if (test.isError || test.isSuccess) test.reset()
    if (save.isError || save.isSuccess) save.reset()
    setSettings(next)
  }
  // Where a secret is sent to has changed: nobody but its owner may say that it goes there too.
  const askAgain = (error: unknown) => {
    if (!(error instanceof ProblemError) || error.code !== 'source.secret_needed') return
    const named = Object.keys(errorsOfProblem(error.problem)).map((pointer) => pointer.slice(1).replaceAll('/', '.'))
    const kept = keptSecrets(settings)
    const paths = named.length > 0 ? kept.filter((path) => named.includes(path)) : kept
    const forget = paths.length > 0 ? paths : kept
    setSettings(forgetSecrets(settings, forget) as JsonObject)
    setAgain(Object.fromEntries(forget.map((path) => [`/${path.replaceAll('.', '/')}`, 'Give it again: where it is sent to has changed.'])))
  }
  const problem = save.error ?? test.error
  const errors: FieldErrors = {
    ...stillBlank(again, settings),
    ...(problem instanceof ProblemError ? errorsOfProblem(problem.problem) : {}),
    ...(asked ? findErrors(schema, settings) : {}),
  }
  const valid = () => {
    setAsked(true)
    return Object.keys(findErrors(schema, settings)).length === 0
  }
  const off = may ? undefined : 'Your role does not include changing sources'
  return (
    <form
      noValidate
      className="grid gap-5 p-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (valid())
          save.mutate(
            { settings, description, credentialsEnd: credentialsEnd || null },
            { onError: askAgain, onSuccess: (saved) => setSettings(saved.settings) },
          )
      }}
    >
      <ErrorSummary errors={errors} />
      <Field label="Description">
        {(ids) => <input {...ids} className="input" value={description} onChange={(event) => setDescription(event.target.value)} />}
      </Field>
      <SchemaForm schema={schema} value={settings} onChange={set} errors={errors} secretsSetAt={source.secretsSetAt} />
      <Field
        label="Credentials end on"
        hint="As far as you know; the alert Credentials end soon tells in time. Certificates are read by Atlas."
      >
        {(ids) => (
          <input
            {...ids}
            className="input"
            type="date"
            value={credentialsEnd}
            onChange={(event) => setCredentialsEnd(event.target.value)}
          />
        )}
      </Field>
      {(test.isPending || test.isSuccess || test.isError) && (
        <div className="panel">
          {test.isPending && <Testing />}
          {test.isSuccess && <CheckedParts parts={test.data} />}
          {test.isError && <ProblemView error={test.error} what="Could not test" />}
        </div>
      )}
      {save.isError && (
        <div className="panel">
          <ProblemView error={save.error} what="Nothing was saved" />
        </div>
      )}
      {save.isSuccess && <p role="status">Saved. The next run reads with these settings.</p>}
      <div className="flex flex-wrap gap-2">
        <button type="submit" className="btn btn-primary" disabled={!may || save.isPending} title={off}>
          {save.isPending ? 'Saving' : 'Save settings'}
        </button>
        <button
          type="button"
          className="btn"
          disabled={!may || test.isPending}
          title={off}
          onClick={() => valid() && test.mutate(undefined, { onError: askAgain })}
        >
          Test these settings
        </button>
      </div>
    </form>
  )
}

/** Of the secrets that were asked for again, those that are not given yet. */
function stillBlank(again: FieldErrors, settings: JsonObject): FieldErrors {
  const valueAt = (pointer: string) =>
    pointer
      .split('/')
      .slice(1)
      .reduce<unknown>((part, key) => (typeof part === 'object' && part !== null ? (part as JsonObject)[key] : undefined), settings)
  return Object.fromEntries(Object.entries(again).filter(([pointer]) => valueAt(pointer) === undefined))
}
