import type { CursorRule, ReadMode, StreamRule } from '../../../contract/pipelines.ts'
import type { ConnectorInfo, DiscoveredStream } from '../../../contract/sources.ts'
import { Field, Select } from '../../components/field.tsx'
import { KeyPicker } from './key-picker.tsx'
import { isIncremental, withMode } from './source-draft.ts'
import { StreamAdvanced } from './stream-advanced.tsx'
import { MODE_WORDS } from './words.ts'

interface Props {
  rule: StreamRule
  stream: DiscoveredStream | undefined
  modes: readonly ReadMode[]
  connector: ConnectorInfo
  problem: string | null
  onChange: (rule: StreamRule) => void
  onLook: (rule: StreamRule) => void
}

/** How one stream is read: the mode, what it needs, and the rest folded. */
export function ModeRow({ rule, stream, modes, connector, problem, onChange, onLook }: Props) {
  const incremental = isIncremental(rule.mode)
  return (
    <section aria-label={rule.name} className="px-4 py-3" data-stream={rule.name}>
      <div className="grid items-start gap-x-4 gap-y-3 lg:grid-cols-[minmax(0,4fr)_minmax(0,4fr)_minmax(0,4fr)]">
        <div className="min-w-0">
          <h2 className="text-body font-medium break-words">{rule.name}</h2>
          <p className="text-label text-text-3">{MODE_WORDS[rule.mode].text}</p>
        </div>
        <Select
          label="Mode"
          value={rule.mode}
          options={modes.map((mode) => ({ value: mode, label: MODE_WORDS[mode].title }))}
          onChange={(mode) => onChange(withMode({ ...rule, mode }, stream))}
        />
        {incremental ? <CursorField rule={rule} stream={stream} onChange={onChange} /> : null}
      </div>
      {rule.mode === 'merge' && (
        <div className="mt-3 lg:ml-auto lg:w-2/3 lg:pl-1.5">
          <KeyPicker rule={rule} stream={stream} onChange={onChange} />
        </div>
      )}
      {problem !== null && (
        <p role="alert" className="mt-2 font-medium text-bad">
          {problem}
        </p>
      )}
      <StreamAdvanced rule={rule} stream={stream} connector={connector} strict={problem !== null} onChange={onChange} onLook={onLook} />
    </section>
  )
}

const start = (column: string): CursorRule => ({ column, nulls: 'raise' })

function CursorField({ rule, stream, onChange }: Pick<Props, 'rule' | 'stream' | 'onChange'>) {
  const cursors = stream?.cursors ?? []
  const column = rule.cursor?.column ?? ''
  const set = (next: string) => {
    const { cursor, ...rest } = rule
    onChange(next === '' ? rest : { ...rest, cursor: { ...start(next), ...cursor, column: next } })
  }
  if (cursors.length === 0) {
    // Files find what is new by themselves; an API may have a cursor that it does not declare.
    return (
      <Field
        label="Cursor column"
        hint="A field that grows when a row is added or changed. Leave it empty where the source finds what is new by itself."
      >
        {(ids) => <input {...ids} className="input font-mono" value={column} onChange={(event) => set(event.target.value)} />}
      </Field>
    )
  }
  const known = cursors.includes(column) || column === '' ? cursors : [column, ...cursors]
  return (
    <div>
      <Select
        label="Cursor column"
        value={column}
        options={[...(column === '' ? [{ value: '', label: 'Choose…' }] : []), ...known.map((name) => ({ value: name, label: name }))]}
        onChange={set}
      />
      {stream?.primaryKey.includes(column) === true && (
        <p className="mt-1 text-label text-warn">Shows new rows only: a change to a row that was read stays unseen.</p>
      )}
    </div>
  )
}
