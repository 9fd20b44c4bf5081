import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { RunDetail } from '../../../contract/runs.ts'
import { Empty } from '../../components/empty.tsx'
import { Num } from '../../components/num.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Load, Panel } from '../../components/panel.tsx'
import { RunName } from '../../components/runs-table.tsx'
import { RUN_MARKS, StatusBadge } from '../../components/status-badge.tsx'
import { Table } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { formatCount, formatFigure } from '../../format/count.ts'
import { formatDuration } from '../../format/duration.ts'
import { runQuery } from '../../state/api.ts'
import { runNumbers } from '../../state/run-numbers.ts'
import { SchemaDifferences } from './schema-differences.tsx'
import { StepsCompared } from './steps-compared.tsx'

const route = getRouteApi('/inside/runs/compare')

/** What is different between two runs? */
export function RunComparison() {
  const { a, b } = route.useSearch()
  if (a === undefined || b === undefined)
    return (
      <>
        <PageHeader title="Compare runs" documentTitle="Compare runs" />
        <Empty
          kind="first-use"
          action={
            <a href="/runs" className="btn">
              Runs
            </a>
          }
        >
          Choose two runs in the list of runs, then Compare.
        </Empty>
      </>
    )
  return <Compared a={a} b={b} />
}

function Compared({ a, b }: { a: string; b: string }) {
  const first = useQuery(runQuery(a))
  const second = useQuery(runQuery(b))
  return (
    <>
      <PageHeader
        title="Compare runs"
        documentTitle="Compare runs"
        actions={
          <a className="btn" href={`/runs/compare?a=${encodeURIComponent(b)}&b=${encodeURIComponent(a)}`}>
            Swap sides
          </a>
        }
      />
      <Load query={first} what="the first run" lines={6}>
        {(left) => (
          <Load query={second} what="the second run" lines={6}>
            {(right) => <Sides left={left} right={right} />}
          </Load>
        )}
      </Load>
    </>
  )
}

export interface SidesProps {
  left: RunDetail
  right: RunDetail
}

function Sides({ left, right }: SidesProps) {
  return (
    <div className="grid gap-4">
      {left.pipeline !== right.pipeline && (
        <p className="text-text-2">
          These are runs of different pipelines, {left.pipeline} and {right.pipeline}.
        </p>
      )}
      <Figures left={left} right={right} />
      <StepsCompared left={left} right={right} />
      <SchemaDifferences left={left} right={right} />
    </div>
  )
}

const FIGURES = [
  ['queued', 'Time in the queue', 'duration'],
  ['worked', 'Time worked', 'duration'],
  ['read', 'Rows read', 'count'],
  ['published', 'Rows published', 'count'],
  ['quarantined', 'Rows quarantined', 'count'],
  ['deduplicated', 'Rows deduplicated', 'count'],
  ['score', 'Quality score', 'score'],
  ['piiColumns', 'Columns with personal data', 'count'],
] as const

function Figures({ left, right }: SidesProps) {
  const sides = [left, right]
  return (
    <Panel title="Figures">
      <Table
        label="Figures of both runs"
        head={
          <tr>
            <th scope="col" className="pin">
              <span className="sr-only">Figure</span>
            </th>
            {sides.map((run) => (
              <th key={run.id} scope="col" className="right">
                <RunName run={run} />
              </th>
            ))}
            <th scope="col" className="right">
              Second − first
            </th>
          </tr>
        }
      >
        <Line name="State" sides={sides}>
          {(run) => <StatusBadge {...RUN_MARKS[run.state]} />}
        </Line>
        <Line name="Queued" sides={sides}>
          {(run) => <Time at={run.queuedAt} />}
        </Line>
        {FIGURES.map(([key, name, as]) => (
          <Line key={key} name={name} sides={sides} last={<Difference {...{ left, right, figure: key, name, as }} />}>
            {(run) => <Num m={runNumbers(run)[key]} label={name.toLowerCase()} as={as} />}
          </Line>
        ))}
        <Line name="Error" sides={sides} className="max-w-[40ch] whitespace-normal">
          {(run) => (run.error === null ? <span className="text-text-3">none</span> : `${run.error.detail} [${run.error.code}]`)}
        </Line>
      </Table>
    </Panel>
  )
}

interface DifferenceProps extends SidesProps {
  figure: (typeof FIGURES)[number][0]
  name: string
  as: keyof typeof DIFFERENCES
}

/** How much more the second run has; only where both have the figure, and both did the same work. */
function Difference({ left, right, figure, name, as }: DifferenceProps) {
  const [before, after] = [runNumbers(left)[figure], runNumbers(right)[figure]]
  if (left.pipeline !== right.pipeline || before.s !== 'ok' || after.s !== 'ok') return <span className="text-text-3">—</span>
  const label = `difference of ${name.toLowerCase()}`
  return (
    <Num m={{ ...after, v: after.v - before.v }} label={label} as={DIFFERENCES[as]} formula="the second run's figure − the first run's" />
  )
}

const DIFFERENCES = {
  count: (by: number) => signed(by, formatCount),
  duration: (by: number) => signed(by, formatDuration),
  score: (by: number) => signed(by, (size) => (size < 0.001 ? '<0.1 points' : `${formatFigure(Math.round(size * 1000) / 10)} points`)),
}

function signed(by: number, format: (size: number) => string): string {
  if (by === 0) return 'the same'
  return `${by > 0 ? '+' : '−'}${format(Math.abs(by))}`
}

interface LineProps {
  name: string
  sides: readonly RunDetail[]
  className?: string
  /** What stands after both. */
  last?: ReactNode
  children: (run: RunDetail) => ReactNode
}

/** One thing of both runs, beside each other. */
function Line({ name, sides, className = '', last, children }: LineProps) {
  return (
    <tr>
      <th scope="row" className="pin">
        {name}
      </th>
      {sides.map((run) => (
        <td key={run.id} className={`right ${className}`}>
          {children(run)}
        </td>
      ))}
      <td className="right">{last}</td>
    </tr>
  )
}
