import { useState } from 'react'
import type { FieldProps } from './form-context.ts'
import { Labelled } from './labelled.tsx'

/** Any JSON: for parts of a schema that have no field of their own. Says where the text stops being JSON. */
export function JsonField({ bare = false, ...props }: FieldProps & { bare?: boolean }) {
  const { schema, value, onChange, title } = props
  const [typed, setTyped] = useState(value === undefined ? '' : JSON.stringify(value, null, 2))
  const [wrong, setWrong] = useState<string>()
  const change = (text: string) => {
    setTyped(text)
    if (text.trim() === '') {
      setWrong(undefined)
      return onChange(undefined)
    }
    try {
      onChange(JSON.parse(text))
      setWrong(undefined)
    } catch (error) {
      setWrong(`${title} is not JSON yet: ${(error as Error).message}`)
    }
  }
  return (
    <Labelled {...props} required={props.required || bare} error={wrong} hint={bare ? undefined : <>{schema.description} As JSON.</>}>
      {(ids) => (
        <textarea
          {...ids}
          rows={Math.min(16, Math.max(3, typed.split('\n').length))}
          spellCheck={false}
          className="input py-1.5 font-mono text-cell"
          placeholder={schema.default === undefined ? undefined : JSON.stringify(schema.default)}
          value={typed}
          onChange={(event) => change(event.target.value)}
        />
      )}
    </Labelled>
  )
}
