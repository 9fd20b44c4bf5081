import type { StreamRule } from '../../../contract/pipelines.ts'
import { Field } from '../../components/field.tsx'

interface Props {
  rule: StreamRule
  /** SQL, SOQL. */
  language: string
  /** Whether the source has a stream of that name: then the query stands in its place. */
  named: boolean
  onChange: (rule: StreamRule) => void
}

/** A query in the source's own language, read instead of the stream. */
export function QueryField({ rule, language, named, onChange }: Props) {
  const set = (query: string) => {
    const { query: _, select: __, ...rest } = rule
    // Without its query nothing is left of a stream that the source does not have.
    onChange(query === '' && named ? rest : { ...rest, query })
  }
  return (
    <Field
      label={`Query in ${language}`}
      hint={
        named
          ? 'One SELECT that is read in place of the stream; the stream itself when empty. Only reading is allowed.'
          : 'One SELECT. Only reading is allowed.'
      }
    >
      {(ids) => (
        <textarea
          {...ids}
          className="input h-auto py-1.5 font-mono"
          rows={rule.query === undefined ? 2 : 6}
          spellCheck={false}
          placeholder={rule.query === undefined ? undefined : 'select …'}
          value={rule.query ?? ''}
          onChange={(event) => set(event.target.value)}
        />
      )}
    </Field>
  )
}
