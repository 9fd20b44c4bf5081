import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { ProblemError } from '../../../../client/problem-error.ts'
import type { Dataset } from '../../../../contract/datasets.ts'
import type { CheckRuleInput } from '../../../../contract/quality.ts'
import type { CheckKind, DatasetRule } from '../../../../contract/quality-rules.ts'
import { Empty } from '../../../components/empty.tsx'
import { Select } from '../../../components/field.tsx'
import { Modal } from '../../../components/modal.tsx'
import { Load } from '../../../components/panel.tsx'
import { ProblemView } from '../../../components/problem-view.tsx'
import { findErrors } from '../../../schema-form/find-errors.ts'
import type { JsonObject, JsonSchema } from '../../../schema-form/json-schema.ts'
import { ErrorSummary, SchemaForm } from '../../../schema-form/schema-form.tsx'
import { client } from '../../../state/api.ts'
import { checkKindsQuery, datasetRulesQuery, renewQuality } from '../../../state/quality-queries.ts'
import { ruleErrors, rulePart, withColumns } from './rule-schema.ts'
import { RuleTest } from './rule-test.tsx'

/** Makes a rule, or changes one that was made in the browser: what it asks, what happens when it is broken, and a test before it is kept. */
export function RuleEditor({ dataset, edit }: { dataset: Dataset; edit: string }) {
  const navigate = useNavigate({ from: '/datasets/$name' })
  const kinds = useQuery(checkKindsQuery)
  const rules = useQuery({ ...datasetRulesQuery(dataset.name), enabled: edit !== 'new' })
  const close = () => void navigate({ search: (old) => ({ ...old, edit: undefined }), resetScroll: false })
  return (
    <Modal side="right" width={760} title={edit === 'new' ? `New rule for ${dataset.name}` : `Edit ${edit}`} onClose={close}>
      <Load query={kinds} what="the kinds of checks" lines={8}>
        {({ checks, rule }) => {
          if (edit === 'new') return <Form dataset={dataset} kinds={checks} schema={rule} onDone={close} />
          return (
            <Load query={rules} what="the rule" lines={8}>
              {(known) => {
                const declared = known.rules.find(({ id }) => id === edit)
                if (declared === undefined || !declared.editable)
                  return <Empty kind="filtered">{edit} is not a rule that was made in the browser, so it is not changed here.</Empty>
                return <Form dataset={dataset} kinds={checks} schema={rule} declared={declared} onDone={close} />
              }}
            </Load>
          )
        }}
      </Load>
    </Modal>
  )
}

interface FormProps {
  dataset: Dataset
  kinds: readonly CheckKind[]
  schema: JsonSchema
  declared?: DatasetRule
  onDone: () => void
}

function Form({ dataset, kinds, schema, declared, onDone }: FormProps) {
  const [check, setCheck] = useState(declared?.rule.check ?? 'not-null')
  const [options, setOptions] = useState<JsonObject>(declared?.rule.options ?? {})
  const [rest, setRest] = useState<JsonObject>(() => restOf(declared))
  const [asked, setAsked] = useState(false)
  const kind = kinds.find(({ id, aliases }) => id === check || aliases.includes(check))
  const optionSchema = withColumns(kind?.options ?? {}, dataset.schema)
  const behaviour = rulePart(schema, 'behaviour')
  const about = rulePart(schema, 'about')
  const rule = { ...rest, check, options } as CheckRuleInput
  const found = asked
    ? { ...prefixed('/options', findErrors(optionSchema, options)), ...findErrors(behaviour, rest), ...findErrors(about, rest) }
    : {}
  const save = useMutation({
    mutationFn: () =>
      declared === undefined || declared.version === null
        ? client.call('POST /datasets/:name/rules', { params: { name: dataset.name }, body: { rule } })
        : client.call('PUT /datasets/:name/rules/:rule', {
            params: { name: dataset.name, rule: declared.id },
            body: { rule: { ...rule, id: declared.id }, expectedVersion: declared.version },
          }),
    onSuccess: async ({ warnings }) => {
      await renewQuality()
      if (warnings.length === 0) onDone()
    },
  })
  const errors = { ...ruleErrors(save.error), ...found }
  const ready = () => {
    setAsked(true)
    return [findErrors(optionSchema, options), findErrors(behaviour, rest), findErrors(about, rest)].every(
      (part) => Object.keys(part).length === 0,
    )
  }
  return (
    <form
      noValidate
      className="grid gap-5 p-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (ready()) save.mutate()
      }}
    >
      <ErrorSummary errors={errors} />
      <div className="grid gap-1">
        <Select
          label="Check"
          value={check}
          options={kinds.map(({ id, title }) => ({ value: id, label: `${title} (${id})` }))}
          onChange={(next) => {
            setCheck(next)
            setOptions(keptOptions(options))
          }}
        />
        {kind !== undefined && <Described text={kind.description} />}
      </div>
      <SchemaForm key={check} unfolded schema={optionSchema} value={options} onChange={setOptions} errors={stripped('/options', errors)} />
      <h3 className="border-t border-line pt-4 font-medium">Which rows, and when it is broken</h3>
      <SchemaForm unfolded schema={behaviour} value={rest} onChange={setRest} errors={errors} />
      <h3 className="border-t border-line pt-4 font-medium">About it</h3>
      <SchemaForm unfolded schema={declared === undefined ? about : withoutId(about)} value={rest} onChange={setRest} errors={errors} />
      {save.isError && !(save.error instanceof ProblemError && Object.keys(errors).length > 0) && (
        <ProblemView error={save.error} what="The rule was not saved" />
      )}
      {save.isSuccess && save.data.warnings.length > 0 && (
        <p role="status">
          Saved. {save.data.warnings.join(' ')}{' '}
          <button type="button" className="link" onClick={onDone}>
            Close
          </button>
        </p>
      )}
      <RuleTest dataset={dataset.name} rule={rule} ready={ready} />
      <div className="flex flex-wrap gap-2 border-t border-line pt-4">
        <button type="submit" className="btn btn-primary" disabled={save.isPending}>
          {declared === undefined ? 'Save rule' : 'Save changes'}
        </button>
        <button type="button" className="btn" onClick={onDone}>
          Cancel
        </button>
      </div>
    </form>
  )
}

/** Words with `code` in them. */
function Described({ text }: { text: string }) {
  return (
    <p className="max-w-[72ch] text-label text-text-2">
      {text.split('`').map((part, index) => (index % 2 === 0 ? part : <code key={index}>{part}</code>))}
    </p>
  )
}

/** The id stays, so that the history stays. */
function withoutId(schema: JsonSchema): JsonSchema {
  const { id: _, ...properties } = schema.properties ?? {}
  return { ...schema, properties }
}

/** A column that was chosen for one check is most likely meant for the next one too. */
function keptOptions({ column }: JsonObject): JsonObject {
  return column === undefined ? {} : { column }
}

function restOf(declared: DatasetRule | undefined): JsonObject {
  if (declared === undefined) return { severity: 'error' }
  const { check: _, options: __, id: ___, limit, fail, ...rest } = declared.rule
  return { ...rest, fail: fail ?? { rows: limit } }
}

function prefixed(prefix: string, errors: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(errors).map(([pointer, words]) => [prefix + pointer, words]))
}

function stripped(prefix: string, errors: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(errors).flatMap(([pointer, words]) => (pointer.startsWith(`${prefix}/`) ? [[pointer.slice(prefix.length), words]] : [])),
  )
}
