import type { ValueChange } from '../../contract/stored-pipelines.ts'

/** What differs, a value a line: sign, word and tint. */
export function ValueChanges({ changes, none }: { changes: readonly ValueChange[]; none: string }) {
  if (changes.length === 0) return <p className="text-cell text-text-3">{none}</p>
  return (
    <ul className="grid gap-1 text-cell">
      {changes.map((change) => (
        <li key={change.path} className="grid gap-0.5">
          <code className="font-mono text-label text-text-2">{change.path}</code>
          {'from' in change && <Side sign="−" word="removed" tone="bg-bad-tint text-bad" value={change.from} />}
          {'to' in change && <Side sign="+" word="added" tone="bg-ok-tint text-ok" value={change.to} />}
        </li>
      ))}
    </ul>
  )
}

function Side({ sign, word, tone, value }: { sign: string; word: string; tone: string; value: unknown }) {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return (
    <code className={`rounded-control px-2 py-0.5 font-mono text-label whitespace-pre-wrap break-words ${tone}`}>
      <span aria-hidden>{sign} </span>
      <span className="sr-only">{word}: </span>
      {text === '' ? '""' : text}
    </code>
  )
}
