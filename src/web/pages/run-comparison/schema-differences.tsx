import type { RunColumn, RunDetail } from '../../../contract/runs.ts'
import { Empty } from '../../components/empty.tsx'
import { Panel } from '../../components/panel.tsx'
import type { SidesProps } from './run-comparison.tsx'

interface Difference {
  dataset: string
  sign: '+' | '−' | '~'
  words: string
}

/** Columns that the second run published and the first did not, the other way round, and those that changed. */
export function SchemaDifferences({ left, right }: SidesProps) {
  if (!hasColumns(left) || !hasColumns(right))
    return (
      <Panel title="Schema">
        <Empty kind="never-measured">A run that published nothing has no columns to compare.</Empty>
      </Panel>
    )
  const found = differences(left, right)
  return (
    <Panel title="Schema">
      {found.length === 0 ? (
        <Empty kind="good">Both published the same columns, of the same types, masked in the same way.</Empty>
      ) : (
        <ul className="grid gap-1 px-4 py-3">
          {found.map(({ dataset, sign, words }) => (
            <li key={`${dataset} ${sign} ${words}`} className={TINTS[sign]}>
              <span className="mr-2 font-mono">{sign}</span>
              <span className="text-text-2">{dataset}</span> {words}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

const TINTS: Record<Difference['sign'], string> = { '+': 'text-ok', '−': 'text-bad', '~': 'text-warn' }

function hasColumns(run: RunDetail): boolean {
  return run.report !== null && run.report.datasets.length > 0
}

function differences(left: RunDetail, right: RunDetail): Difference[] {
  const [before, after] = [columnsOf(left), columnsOf(right)]
  const added = [...after].flatMap(([key, { dataset, column }]): Difference[] =>
    before.has(key) ? [] : [{ dataset, sign: '+', words: `column ${column.name}, ${column.type}` }],
  )
  const removed = [...before].flatMap(([key, { dataset, column }]): Difference[] =>
    after.has(key) ? [] : [{ dataset, sign: '−', words: `column ${column.name}, ${column.type}` }],
  )
  const changed = [...after].flatMap(([key, { dataset, column }]): Difference[] => {
    const words = changeOf(before.get(key)?.column, column)
    return words === null ? [] : [{ dataset, sign: '~', words: `column ${column.name}: ${words}` }]
  })
  return [...removed, ...added, ...changed]
}

function columnsOf(run: RunDetail): Map<string, { dataset: string; column: RunColumn }> {
  const datasets = run.report?.datasets ?? []
  return new Map(
    datasets.flatMap(({ name, columns }) => columns.map((column) => [`${name} ${column.name}`, { dataset: name, column }] as const)),
  )
}

function changeOf(old: RunColumn | undefined, now: RunColumn): string | null {
  if (old === undefined) return null
  const parts = [
    ['type', old.type, now.type],
    ['personal data', old.pii ?? 'none', now.pii ?? 'none'],
    ['action', old.action ?? 'none', now.action ?? 'none'],
  ].filter(([, from, to]) => from !== to)
  return parts.length === 0 ? null : parts.map(([what, from, to]) => `${what} ${from} → ${to}`).join(', ')
}
