import type { Schedule } from '../../../contract/schedules.ts'
import { Num } from '../../components/num.tsx'
import { RUN_MARKS, StatusBadge, StatusMark } from '../../components/status-badge.tsx'
import { Table } from '../../components/table.tsx'
import { zoneName } from '../../format/instant.ts'
import { measured } from '../../measured.ts'
import { RowActs } from './row-acts.tsx'
import { CLOCK_CHANGES, firingText, SKIP_REASONS, timingText } from './words.ts'

/** Schedules by pipeline, one a line. */
export function SchedulesTable({ schedules }: { schedules: Schedule[] }) {
  return (
    <Table
      label="Schedules by pipeline"
      head={
        <tr>
          <th scope="col" className="pin">
            Pipeline
          </th>
          <th scope="col">Runs</th>
          <th scope="col">Next</th>
          <th scope="col">Last run</th>
          <th scope="col" className="right">
            Left out
          </th>
          <th scope="col">
            <span className="sr-only">On or off, and act</span>
          </th>
        </tr>
      }
    >
      {schedules.map((schedule) => (
        <Row key={schedule.id} schedule={schedule} />
      ))}
    </Table>
  )
}

function Row({ schedule }: { schedule: Schedule }) {
  const { id, pipeline, words, timing, lastRun, skippedTimes, lastSkippedAt, lastSkipReason, createdAt } = schedule
  return (
    <tr data-schedule={id}>
      <th scope="row" className="pin">
        <a href={`/runs?pipeline=${encodeURIComponent(pipeline)}`} className="hover:underline" title={`Runs of ${pipeline}`}>
          {pipeline}
        </a>
      </th>
      <td title={timingText(timing)}>{words}</td>
      <td>
        <Next schedule={schedule} />
      </td>
      <td>
        {lastRun === null ? (
          <span className="text-text-3">never</span>
        ) : (
          <a href={`/runs/${encodeURIComponent(lastRun.id)}`} className="hover:underline" title="Open the last run">
            <StatusBadge {...RUN_MARKS[lastRun.state]} />
          </a>
        )}
      </td>
      <td className="right">
        <Num
          m={measured(skippedTimes, {
            asOf: lastSkippedAt ?? createdAt,
            scope: { rows: skippedTimes, of: null, how: 'full', unit: 'runs' },
            src: { kind: 'query', id: `schedule ${id}` },
          })}
          label={`times of ${pipeline} that gave no run`}
        />
        {lastSkipReason !== null && <span className="text-text-3 max-lg:sr-only"> · {SKIP_REASONS[lastSkipReason]}</span>}
      </td>
      <td className="right">
        <RowActs schedule={schedule} />
      </td>
    </tr>
  )
}

/** A paused schedule has no next time. */
function Next({ schedule: { next, paused, timing } }: { schedule: Schedule }) {
  const [first] = next
  if (first === undefined) return <span className="text-text-3">{paused ? 'paused' : 'never again'}</span>
  const change = next.find(({ clockChange }) => clockChange !== null)
  return (
    <span className="inline-flex items-baseline gap-1.5" title={next.map(firingText).join(' · ')}>
      <time dateTime={first.at}>{firingText(first)}</time>
      <span className="text-text-3">{zoneName(timing.zone)}</span>
      {change !== undefined && change.clockChange !== null && (
        <span title={`${firingText(change)}: ${CLOCK_CHANGES[change.clockChange]}`}>
          <StatusMark mark="warning" size={14} />
          <span className="sr-only">{CLOCK_CHANGES[change.clockChange]}</span>
        </span>
      )}
    </span>
  )
}
