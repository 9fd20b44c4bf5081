import { useState } from 'react'
import { Field } from '../../components/field.tsx'
import type { JsonObject, JsonSchema } from '../../schema-form/json-schema.ts'
import { readConnectionString, takesConnectionString } from './connection-string.ts'

/** Fills the settings from a connection string, for connectors whose settings have its parts. The string itself is not kept: it holds a password. */
export function ConnectionStringField({ schema, onRead }: { schema: JsonSchema; onRead: (settings: JsonObject) => void }) {
  const [typed, setTyped] = useState('')
  const [filled, setFilled] = useState(false)
  if (!takesConnectionString(schema)) return null
  const change = (text: string) => {
    const settings = readConnectionString(schema, text)
    setFilled(settings !== null)
    setTyped(settings === null ? text : '')
    if (settings !== null) onRead(settings)
  }
  const error = typed.includes('@') && typed.includes('/') && !filled ? 'This is no connection string yet.' : undefined
  return (
    <Field
      label="Have a connection string?"
      error={error}
      hint={filled ? 'The fields below were filled from it.' : 'Paste it, and the fields below are filled from it. Or fill them by hand.'}
    >
      {(ids) => (
        <input
          {...ids}
          className="input font-mono text-cell"
          autoComplete="off"
          spellCheck={false}
          placeholder="postgresql://user:password@host/database"
          value={typed}
          onChange={(event) => change(event.target.value)}
        />
      )}
    </Field>
  )
}
