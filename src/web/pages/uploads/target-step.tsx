import { useQuery } from '@tanstack/react-query'
import { Field } from '../../components/field.tsx'
import { DatasetLabel } from '../../components/layer-mark.tsx'
import { formatRows } from '../../format/count.ts'
import { datasetQuery } from '../../state/api.ts'
import type { Draft } from './draft.ts'
import type { PreviewQuery } from './new-upload.tsx'

interface Props {
  draft: Draft
  change: (part: Partial<Draft>) => void
  preview: PreviewQuery
  onBack: () => void
  onNext: () => void
}

const NAME = /^[a-z_][a-z0-9_]{0,62}$/

/** Where the rows go: the dataset, replace or append, and the key. */
export function TargetStep({ draft, change, preview, onBack, onNext }: Props) {
  const valid = NAME.test(draft.dataset)
  const columns = preview.data?.columns.map(({ name }) => name) ?? []
  const toggle = (name: string) =>
    change({ keys: draft.keys.includes(name) ? draft.keys.filter((key) => key !== name) : [...draft.keys, name] })
  return (
    <form
      className="grid max-w-[640px] gap-6"
      onSubmit={(event) => {
        event.preventDefault()
        if (valid) onNext()
      }}
    >
      <Field
        label="Dataset"
        error={
          valid ? undefined : 'A table name has lower-case letters, digits and _, starts with a letter or _, and has at most 63 characters.'
        }
        hint={valid && <Layers name={draft.dataset} />}
      >
        {(ids) => (
          <input
            {...ids}
            className="input font-mono"
            required
            value={draft.dataset}
            onChange={(event) => change({ dataset: event.target.value.trim() })}
          />
        )}
      </Field>
      <fieldset className="grid gap-2">
        <legend className="mb-1 text-cell font-medium">When the dataset exists already</legend>
        <Mode
          value="replace"
          title="Replace"
          text="The file becomes the whole dataset. Earlier snapshots stay readable in its history."
          draft={draft}
          change={change}
        />
        <Mode value="append" title="Append" text="The rows are added. The same file is never added twice." draft={draft} change={change} />
        {valid && <Existing name={draft.dataset} mode={draft.mode} />}
      </fieldset>
      <fieldset>
        <legend className="text-cell font-medium">Key</legend>
        <p className="mb-2 text-label text-text-3">
          Columns that together name one row. With a key, the later of two rows wins; without one, every row is kept.
        </p>
        <div className="flex flex-wrap gap-x-4 gap-y-1.5">
          {columns.map((name) => (
            <label key={name} className="inline-flex min-h-6 items-center gap-2 font-mono text-cell">
              <input
                type="checkbox"
                className="size-4 accent-(--color-text)"
                checked={draft.keys.includes(name)}
                onChange={() => toggle(name)}
              />
              {name}
            </label>
          ))}
          {columns.length === 0 && <span className="text-text-3">The columns come with the preview.</span>}
        </div>
      </fieldset>
      <div className="flex gap-2">
        <button type="submit" className="btn btn-primary" disabled={!valid}>
          Review
        </button>
        <button type="button" className="btn" onClick={onBack}>
          Back
        </button>
      </div>
    </form>
  )
}

function Layers({ name }: { name: string }) {
  return (
    <span className="flex flex-wrap items-center gap-x-4">
      <span>
        as it came in <DatasetLabel name={`explore.${name}`} />
      </span>
      <span>
        typed, masked and checked in <DatasetLabel name={`chart.${name}`} />
      </span>
    </span>
  )
}

function Mode({
  value,
  title,
  text,
  draft,
  change,
}: { value: Draft['mode']; title: string; text: string } & Pick<Props, 'draft' | 'change'>) {
  return (
    <label className="flex items-start gap-2.5">
      <input
        type="radio"
        name="mode"
        className="mt-0.5 size-4 accent-(--color-text)"
        checked={draft.mode === value}
        onChange={() => change({ mode: value })}
      />
      <span>
        <span className="font-medium">{title}</span> <span className="text-text-2">{text}</span>
      </span>
    </label>
  )
}

/** Says what stands there now, before anything is written over it. */
function Existing({ name, mode }: { name: string; mode: Draft['mode'] }) {
  const query = useQuery({ ...datasetQuery(`chart.${name}`, undefined), retry: false })
  if (query.data === undefined) return null
  return (
    <p role="status" className="rounded-panel border border-line bg-sunken px-3 py-2 text-cell">
      chart.{name} exists with {formatRows(query.data.rows)}. This run{' '}
      {mode === 'replace' ? 'publishes a new snapshot in its place' : 'adds to it'}.
    </p>
  )
}
