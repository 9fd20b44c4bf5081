import { Field } from '../../../components/field.tsx'

interface Props {
  cells: Record<string, string | null>
  edited: Record<string, string | null>
  onChange: (edited: Record<string, string | null>) => void
}

/** The cells of one row, each to be edited; only what differs is an edit. */
export function CellsForm({ cells, edited, onChange }: Props) {
  const set = (name: string, value: string | null) => {
    const { [name]: _, ...others } = edited
    onChange(value === cells[name] ? others : { ...others, [name]: value })
  }
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-2 font-medium">The row as it came</legend>
      {Object.entries(cells).map(([name, cell]) => {
        const now = name in edited ? edited[name]! : cell
        return (
          <Field key={name} label={name} hint={name in edited ? `was ${cell === null ? 'empty (null)' : JSON.stringify(cell)}` : undefined}>
            {(ids) => (
              <span className="flex items-center gap-2">
                <input
                  {...ids}
                  className="input w-full"
                  value={now ?? ''}
                  placeholder={now === null ? 'null' : undefined}
                  onChange={(event) => set(name, event.target.value)}
                />
                <button type="button" className="btn" disabled={now === null} onClick={() => set(name, null)}>
                  null <span className="sr-only">for {name}</span>
                </button>
              </span>
            )}
          </Field>
        )
      })}
    </fieldset>
  )
}
