import { useState } from 'react'
import type { ReadMode, StreamRule } from '../../../contract/pipelines.ts'
import type { ConnectorInfo, DiscoveredStream } from '../../../contract/sources.ts'
import { Select } from '../../components/field.tsx'
import { formatCount } from '../../format/count.ts'
import type { Unsaved } from '../../state/source-queries.ts'
import { ModeRow } from './mode-row.tsx'
import { problemOfRule } from './problem-of-rule.ts'
import { streamOfRule, suggestRule, withMode } from './source-draft.ts'
import { StreamPreviewDrawer } from './stream-preview.tsx'
import type { Found } from './stream-steps.tsx'
import { MODE_WORDS } from './words.ts'

const PAGE = 50

interface Props {
  connector: ConnectorInfo
  found: Found
  rules: StreamRule[]
  onChange: (rules: StreamRule[]) => void
  unsaved: Unsaved
  revision: number
  onBack: () => void
  onNext: () => void
}

/** How each chosen stream is read again and again, with what is suggested from what the source says of it. */
export function ModesStep({ connector, found, rules, onChange, unsaved, revision, onBack, onNext }: Props) {
  const [most, setMost] = useState(PAGE)
  const [asked, setAsked] = useState(false)
  const [looked, setLooked] = useState<StreamRule>()
  const streamOf = (rule: StreamRule) => streamOfRule(rule, found.streams)
  const problems = rules.map((rule) => problemOfRule(rule, streamOf(rule)))
  const wrong = problems.filter((problem) => problem !== null).length
  const replace = (index: number, rule: StreamRule) => onChange(rules.with(index, rule))
  return (
    <form
      className="max-w-[960px]"
      onSubmit={(event) => {
        event.preventDefault()
        setAsked(true)
        if (wrong === 0) onNext()
        // What is wrong may stand below what is shown.
        else setMost(Math.max(most, problems.findIndex((problem) => problem !== null) + 1))
      }}
    >
      {rules.length > 1 && <ForAll connector={connector} rules={rules} streamOf={streamOf} onChange={onChange} />}
      <section className="panel divide-y divide-line" aria-label="How each stream is read">
        {rules.slice(0, most).map((rule, index) => (
          <ModeRow
            key={rule.name}
            rule={rule}
            stream={streamOf(rule)}
            modes={streamOf(rule)?.modes ?? connector.modes}
            connector={connector}
            problem={asked ? (problems[index] ?? null) : null}
            onChange={(next) => replace(index, next)}
            onLook={setLooked}
          />
        ))}
        {rules.length > most && (
          <div className="px-4 py-2">
            <button type="button" className="btn" onClick={() => setMost(most + PAGE)}>
              Show {PAGE} more
            </button>
          </div>
        )}
      </section>
      <div className="mt-4 flex flex-wrap gap-2">
        <button type="submit" className="btn btn-primary" disabled={rules.length === 0}>
          Review
        </button>
        <button type="button" className="btn" onClick={onBack}>
          Back
        </button>
        {asked && wrong > 0 && (
          <span role="alert" className="self-center font-medium text-bad">
            {wrong === 1 ? 'One stream needs a look.' : `${formatCount(wrong)} streams need a look.`}
          </span>
        )}
      </div>
      {looked !== undefined && (
        <StreamPreviewDrawer stream={looked} unsaved={unsaved} revision={revision} onClose={() => setLooked(undefined)} />
      )}
    </form>
  )
}

function ForAll(props: {
  connector: ConnectorInfo
  rules: StreamRule[]
  streamOf: (rule: StreamRule) => DiscoveredStream | undefined
  onChange: (rules: StreamRule[]) => void
}) {
  const { connector, rules, streamOf, onChange } = props
  const set = (mode: ReadMode | '' | 'suggested') => {
    if (mode === '') return
    onChange(
      rules.map((rule) => {
        const stream = streamOf(rule)
        if (mode === 'suggested') {
          const { mode: best, cursor } = stream === undefined ? rule : suggestRule(stream)
          const { cursor: _, ...rest } = rule
          return cursor === undefined ? { ...rest, mode: best } : { ...rest, mode: best, cursor }
        }
        const may = (stream?.modes ?? connector.modes).includes(mode)
        const next = withMode({ ...rule, mode }, stream)
        return may && problemOfRule(next, stream) === null ? next : rule
      }),
    )
  }
  return (
    <div className="mb-3">
      <Select
        label="Set for every stream that can"
        value=""
        compact
        options={[
          { value: '', label: 'Choose…' },
          { value: 'suggested', label: 'What is suggested' },
          ...connector.modes.map((mode) => ({ value: mode, label: MODE_WORDS[mode].title })),
        ]}
        onChange={set}
      />
    </div>
  )
}
