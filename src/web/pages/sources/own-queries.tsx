import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import type { StreamRule } from '../../../contract/pipelines.ts'
import { Field } from '../../components/field.tsx'
import { plainRule } from './source-draft.ts'

interface Props {
  /** SQL, SOQL. */
  language: string
  /** Names of the source's own streams. */
  taken: readonly string[]
  rules: StreamRule[]
  onChange: (rules: StreamRule[]) => void
}

/** Streams that a query makes, beside those that the source has: named here, written in the next step. */
export function OwnQueries({ language, taken, rules, onChange }: Props) {
  const [name, setName] = useState('')
  const own = rules.filter((rule) => rule.query !== undefined && !taken.includes(rule.name))
  const wanted = name.trim()
  const isTaken = taken.includes(wanted) || rules.some((rule) => rule.name === wanted)
  const add = () => {
    if (wanted === '' || isTaken) return
    onChange([...rules, { ...plainRule(wanted), query: '' }])
    setName('')
  }
  return (
    <section className="mt-4 panel max-w-[960px] px-4 py-3" aria-label="Queries of your own">
      <h2 className="text-section">Queries of your own</h2>
      {own.length > 0 && (
        <ul className="mt-2 grid gap-1">
          {own.map((rule) => (
            <li key={rule.name} className="flex min-h-7 items-center gap-2">
              <code className="font-mono">{rule.name}</code>
              <span className="text-text-3">{rule.query === '' ? 'written in the next step' : 'read by its query'}</span>
              <button
                type="button"
                className="btn btn-quiet"
                title={`Read ${rule.name} no more`}
                onClick={() => onChange(rules.filter((other) => other !== rule))}
              >
                <X size={14} aria-hidden />
                <span className="sr-only">Read {rule.name} no more</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="mt-2 flex flex-wrap items-end gap-2">
        <div className="w-80 max-w-full">
          <Field
            label="Name of a query"
            error={
              isTaken
                ? `There is a stream ${wanted} already${taken.includes(wanted) ? ': a query in its place is written under Advanced in the next step' : ''}.`
                : undefined
            }
            hint={`Rows that ${language} makes, read like a stream of that name.`}
          >
            {(ids) => (
              <input
                {...ids}
                className="input font-mono"
                value={name}
                onChange={(event) => setName(event.target.value)}
                onKeyDown={(event) => {
                  if (event.key !== 'Enter') return
                  event.preventDefault()
                  add()
                }}
              />
            )}
          </Field>
        </div>
        <button type="button" className="btn mb-5" disabled={wanted === '' || isTaken} onClick={add}>
          <Plus size={14} aria-hidden /> Add query
        </button>
      </div>
    </section>
  )
}
