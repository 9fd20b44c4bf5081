import { useState } from 'react'
import { Time } from '../components/time.tsx'
import { type FieldProps, fieldId, useForm } from './form-context.ts'
import { Labelled } from './labelled.tsx'
import { SECRET_KEPT } from './secrets.ts'

/** Keys and documents have lines that a one-line field would join. */
const LONG = /private.?key|pem\b|certificate/i

/** A secret: typed once and never shown again. A stored one says when it was set, and can be replaced. */
export function SecretField(props: FieldProps) {
  const { schema, value, onChange, pointer, title } = props
  const { secretsSetAt, errors } = useForm()
  const setAt = secretsSetAt[pointer.slice(1).replaceAll('/', '.')]
  if (value === SECRET_KEPT) {
    return (
      <div className="grid gap-1" role="group" aria-label={title}>
        <span className="text-cell font-medium">{title}</span>
        <p className="flex min-h-8 flex-wrap items-center gap-x-3">
          <span>
            Set {setAt !== undefined && <Time at={setAt} />}
            <span className="text-text-3"> · never shown</span>
          </span>
          <button type="button" id={fieldId(pointer)} className="btn" onClick={() => onChange(undefined)}>
            Replace
          </button>
        </p>
        {errors[pointer] !== undefined && <p className="text-label font-medium text-bad">{errors[pointer]}</p>}
      </div>
    )
  }
  return (
    <Labelled
      {...props}
      hint={
        <>
          {schema.description}
          {setAt !== undefined && (
            <button type="button" className="link ml-1" onClick={() => onChange(SECRET_KEPT)}>
              Keep the stored one
            </button>
          )}
        </>
      }
    >
      {(ids) => (
        <SecretInput ids={ids} long={schema.multiline === true || LONG.test(`${pointer} ${title}`)} value={value} onChange={onChange} />
      )}
    </Labelled>
  )
}

function SecretInput(props: { ids: object; long: boolean; value: unknown; onChange: (value: unknown) => void }) {
  const [shown, setShown] = useState(false)
  const text = typeof props.value === 'string' ? props.value : props.value === undefined ? '' : JSON.stringify(props.value)
  const change = (next: string) => props.onChange(next === '' ? undefined : next)
  return (
    <span className="flex items-start gap-2">
      {props.long ? (
        <textarea
          {...props.ids}
          rows={4}
          spellCheck={false}
          autoComplete="off"
          className={`input py-1.5 font-mono text-cell ${shown ? '' : 'concealed'}`}
          value={text}
          onChange={(event) => change(event.target.value)}
        />
      ) : (
        <input
          {...props.ids}
          type={shown ? 'text' : 'password'}
          autoComplete="new-password"
          spellCheck={false}
          className="input"
          value={text}
          onChange={(event) => change(event.target.value)}
        />
      )}
      {text !== '' && (
        <button type="button" className="btn" aria-pressed={shown} onClick={() => setShown(!shown)}>
          {shown ? 'Hide' : 'Show'}
        </button>
      )}
    </span>
  )
}
