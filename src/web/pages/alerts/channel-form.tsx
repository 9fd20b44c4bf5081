import { type FormEvent, useState } from 'react'
import { ProblemError } from '../../../client/problem-error.ts'
import type { AlertChannel, AlertChannelForm, AlertChannelKind } from '../../../contract/alert-channels.ts'
import { Field, Select } from '../../components/field.tsx'
import { FormButtons } from '../../components/form-buttons.tsx'
import { Modal } from '../../components/modal.tsx'
import { NumberField } from '../../components/number-field.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { type FieldErrors, errorsOfProblem, findErrors } from '../../schema-form/find-errors.ts'
import type { JsonObject, JsonSchema } from '../../schema-form/json-schema.ts'
import { ErrorSummary, SchemaForm } from '../../schema-form/schema-form.tsx'
import { forgetSecrets, keptSecrets } from '../../schema-form/secrets.ts'
import { useSaveChannel } from './alert-acts.ts'

interface Props {
  channel: AlertChannel | undefined
  kinds: AlertChannelForm[]
  onClose: () => void
}

const USUAL_LIMITS = { hourlyLimit: 20, groupSeconds: 60 }
const pickLimits = ({ hourlyLimit, groupSeconds }: typeof USUAL_LIMITS) => ({ hourlyLimit, groupSeconds })

/** Adds or changes a channel. A stored secret is never shown, and asked for again when the channel is to lead elsewhere. */
export function ChannelForm({ channel, kinds, onClose }: Props) {
  const [kind, setKind] = useState<AlertChannelKind>(channel?.kind ?? 'webhook')
  const [name, setName] = useState(channel?.name ?? '')
  const [settings, setSettings] = useState<JsonObject>(channel?.settings ?? {})
  const [limits, setLimits] = useState({ ...USUAL_LIMITS, ...(channel === undefined ? {} : pickLimits(channel)) })
  const [asked, setAsked] = useState(false)
  const save = useSaveChannel(channel?.id)
  const form = kinds.find(({ id }) => id === kind)
  if (form === undefined) return null
  const schema = form.settings as JsonSchema
  const errors: FieldErrors = {
    ...(save.error instanceof ProblemError ? errorsOfProblem(save.error.problem) : {}),
    ...(asked ? findErrors(schema, settings) : {}),
  }
  const askAgain = (error: unknown) => {
    if (error instanceof ProblemError && error.code === 'source.secret_needed')
      setSettings(forgetSecrets(settings, keptSecrets(settings)) as JsonObject)
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    setAsked(true)
    const fits = event.currentTarget.checkValidity()
    if (!fits || Object.keys(findErrors(schema, settings)).length > 0) return
    save.mutate({ name, kind, settings, ...limits }, { onSuccess: onClose, onError: askAgain })
  }
  return (
    <Modal title={channel === undefined ? 'Add a channel' : `Channel: ${channel.name}`} side="right" width={560} onClose={onClose}>
      <form noValidate className="grid gap-4 px-4 py-4" onSubmit={submit}>
        <ErrorSummary errors={errors} />
        <Select
          label="Kind"
          value={kind}
          options={kinds.map(({ id, title }) => ({ value: id, label: title }))}
          disabled={channel !== undefined}
          onChange={(next) => {
            setKind(next)
            setSettings({})
            setAsked(false)
          }}
        />
        <p className="text-cell text-text-2">{form.description}</p>
        <Field label="Name" hint="Small letters, digits, dashes and underscores.">
          {(ids) => (
            <input {...ids} className="input" required maxLength={60} value={name} onChange={(event) => setName(event.target.value)} />
          )}
        </Field>
        <SchemaForm
          key={kind}
          unfolded
          schema={schema}
          value={settings}
          onChange={setSettings}
          errors={errors}
          secretsSetAt={channel?.secretsSetAt ?? {}}
        />
        <NumberField
          label="Messages an hour, at most"
          hint="What is more comes in one message."
          min={1}
          max={3600}
          value={limits.hourlyLimit}
          onChange={(hourlyLimit) => setLimits({ ...limits, hourlyLimit })}
        />
        <NumberField
          label="Seconds that are waited for more"
          hint="What happens within them is one message; 0 sends at once."
          min={0}
          max={3600}
          value={limits.groupSeconds}
          onChange={(groupSeconds) => setLimits({ ...limits, groupSeconds })}
        />
        {save.isError && <ProblemView error={save.error} what="Nothing was saved" />}
        <FormButtons submit="Save channel" busyWord="Saving" busy={save.isPending} disabled={name === ''} onCancel={onClose} />
      </form>
    </Modal>
  )
}
