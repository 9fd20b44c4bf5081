import type { StreamRule } from '../../../contract/pipelines.ts'
import type { DiscoveredStream } from '../../../contract/sources.ts'
import { Field } from '../../components/field.tsx'
import { chartName } from '../../format/chart-name.ts'

/** The columns that name a row. The source's own primary key holds unless others are chosen. */
export function KeyPicker(props: { rule: StreamRule; stream: DiscoveredStream | undefined; onChange: (rule: StreamRule) => void }) {
  const { rule, stream, onChange } = props
  const columns = stream?.columns ?? null
  if (columns === null) {
    return (
      <Field
        label="Key"
        hint={`Columns that name a row, with commas between.${ownKey(stream) === '' ? '' : ` ${ownKey(stream)} unless told.`}`}
      >
        {(ids) => (
          <input
            {...ids}
            className="input font-mono"
            defaultValue={rule.keys.join(', ')}
            onChange={(event) =>
              onChange({
                ...rule,
                keys: event.target.value
                  .split(',')
                  .map((key) => key.trim())
                  .filter((key) => key !== ''),
              })
            }
          />
        )}
      </Field>
    )
  }
  const own = (stream?.primaryKey ?? []).map(chartName)
  const keys = rule.keys.length > 0 ? rule.keys : own
  const toggle = (name: string) => {
    const next = keys.includes(name) ? keys.filter((key) => key !== name) : [...keys, name]
    onChange({ ...rule, keys: next.join() === own.join() ? [] : next })
  }
  const told = rule.keys.length === 0 && own.length > 0
  const boxes = (
    <div className="mt-1 flex max-h-36 flex-wrap gap-x-4 gap-y-1 overflow-y-auto">
      {columns.map(({ name }) => (
        <label key={name} className="inline-flex min-h-6 items-center gap-2 font-mono text-cell">
          <input
            type="checkbox"
            className="size-4 accent-(--color-text)"
            checked={keys.includes(chartName(name))}
            onChange={() => toggle(chartName(name))}
          />
          {name}
        </label>
      ))}
    </div>
  )
  return (
    <details open={keys.length === 0 || undefined}>
      <summary className="w-fit text-cell">
        <span className="font-medium">Key</span> <code className="font-mono">{keys.length === 0 ? 'none' : keys.join(', ')}</code>
        {told && <span className="text-text-3"> the source’s primary key</span>}
      </summary>
      <fieldset>
        <legend className="sr-only">Columns that name a row of {rule.name}</legend>
        {boxes}
      </fieldset>
    </details>
  )
}

function ownKey(stream: DiscoveredStream | undefined): string {
  return stream === undefined || stream.primaryKey.length === 0 ? '' : `The source’s ${stream.primaryKey.join(', ')}`
}
