import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { ConnectorInfo } from '../../../contract/sources.ts'
import { ProblemError } from '../../../client/problem-error.ts'
import { ProblemView } from '../../components/problem-view.tsx'
import { type FieldErrors, errorsOfProblem, findErrors } from '../../schema-form/find-errors.ts'
import type { JsonObject, JsonSchema } from '../../schema-form/json-schema.ts'
import { ErrorSummary, SchemaForm } from '../../schema-form/schema-form.tsx'
import { client } from '../../state/api.ts'
import { useMay } from '../../state/session.ts'
import { CheckedParts, Testing } from './checked-parts.tsx'
import { ConnectionStringField } from './connection-string-field.tsx'
import type { SourceDraft } from './source-draft.ts'

interface Props {
  connector: ConnectorInfo
  draft: SourceDraft
  change: (part: Partial<SourceDraft>) => void
  onNext: () => void
}

/** What the connector needs to know, with a test that says which part fails. A test that fails never keeps anybody from going on. */
export function SettingsStep({ connector, draft, change, onNext }: Props) {
  const schema = connector.settings as JsonSchema
  const may = useMay('sources.edit')
  const [asked, setAsked] = useState(false)
  const test = useMutation({
    mutationFn: () => client.call('POST /sources/test', { body: { connector: connector.id, settings: draft.settings } }),
  })
  const found = asked ? findErrors(schema, draft.settings) : {}
  const errors: FieldErrors = { ...problemErrors(test.error), ...found }
  const set = (settings: JsonObject) => {
    // An answer about other settings says nothing about these.
    if (test.isError || test.isSuccess) test.reset()
    change({ settings, streams: null })
  }
  const passed = test.isSuccess && test.data.every(({ ok }) => ok)
  const valid = () => {
    setAsked(true)
    return Object.keys(findErrors(schema, draft.settings)).length === 0
  }
  return (
    <form
      noValidate
      className="grid max-w-[640px] gap-5"
      onSubmit={(event) => {
        event.preventDefault()
        if (valid()) onNext()
      }}
    >
      <ErrorSummary errors={errors} />
      <ConnectionStringField schema={schema} onRead={(settings) => set({ ...draft.settings, ...settings })} />
      <SchemaForm schema={schema} value={draft.settings} onChange={set} errors={errors} />
      {(test.isPending || test.isSuccess || test.isError) && (
        <div className="panel">
          {test.isPending && <Testing />}
          {test.isSuccess && <CheckedParts parts={test.data} />}
          {test.isError && <ProblemView error={test.error} what="Could not test" />}
        </div>
      )}
      <div className="flex flex-wrap gap-2">
        <button type="submit" className={passed ? 'btn btn-primary' : 'btn'}>
          Choose streams
        </button>
        <button
          type="button"
          className={passed ? 'btn' : 'btn btn-primary order-first'}
          disabled={!may || test.isPending}
          title={may ? undefined : 'Your role does not include changing sources'}
          onClick={() => valid() && test.mutate()}
        >
          {test.isSuccess || test.isError ? 'Test again' : 'Test connection'}
        </button>
      </div>
    </form>
  )
}

function problemErrors(error: unknown): FieldErrors {
  return error instanceof ProblemError ? errorsOfProblem(error.problem) : {}
}
