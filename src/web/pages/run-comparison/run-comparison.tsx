import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { RunDetail } from '../../../contract/runs.ts'
import { Empty } from '../../components/empty.tsx'
import { IdText } from '../../components/id-text.tsx'
import { Num } from '../../components/num.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Load, Panel } from '../../components/panel.tsx'
import { RUN_MARKS, StatusBadge } from '../../components/status-badge.tsx'
import { Table } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
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
  const numbers = sides.map(runNumbers)
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
                <a className="link" href={`/runs/${encodeURIComponent(run.id)}`}>
                  {run.pipeline}
                </a>{' '}
                <IdText id={run.id} />
              </th>
            ))}
          </tr>
        }
      >
        <tr>
          <th scope="row" className="pin">
            State
          </th>
          {sides.map((run) => (
            <td key={run.id} className="right">
              <StatusBadge mark={RUN_MARKS[run.state].mark} word={RUN_MARKS[run.state].word} />
            </td>
          ))}
        </tr>
        <tr>
          <th scope="row" className="pin">
            Queued
          </th>
          {sides.map((run) => (
            <td key={run.id} className="right">
              <Time at={run.queuedAt} />
            </td>
          ))}
        </tr>
        {FIGURES.map(([key, label, as]) => (
          <tr key={key}>
            <th scope="row" className="pin">
              {label}
            </th>
            {sides.map((run, side) => (
              <td key={run.id} className="right">
                <Num m={numbers[side]![key]} label={label.toLowerCase()} as={as} />
              </td>
            ))}
          </tr>
        ))}
        <tr>
          <th scope="row" className="pin">
            Error
          </th>
          {sides.map((run) => (
            <td key={run.id} className="right max-w-[40ch] whitespace-normal">
              {run.error === null ? <span className="text-text-3">none</span> : `${run.error.detail} [${run.error.code}]`}
            </td>
          ))}
        </tr>
      </Table>
    </Panel>
  )
}
