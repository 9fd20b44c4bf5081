import type { Schedule } from '../../../contract/schedules.ts'
import { Num } from '../../components/num.tsx'
import { RUN_MARKS, StatusBadge, StatusMark } from '../../components/status-badge.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { formatDuration } from '../../format/duration.ts'
import { zoneName } from '../../format/instant.ts'
import { measured } from '../../measured.ts'
import { useNow } from '../../state/session.ts'
import { RowActs } from './row-acts.tsx'
import { CLOCK_CHANGES, firingText, lateBy, SKIP_REASONS, timingText } from './words.ts'

/** Schedules by pipeline, one a line. */
export function SchedulesTable({ schedules }: { schedules: Schedule[] }) {
  return (
    <Table
      label="Schedules by pipeline"
      head={
        <Heads
          of={[
            'Pipeline',
            'Last run',
            'Runs',
            'Next three',
            { name: 'Missed', right: true, className: 'max-lg:hidden' },
            { name: 'On or off, and act', hidden: true },
          ]}
        />
      }
    >
      {schedules.map((schedule) => (
        <Row key={schedule.id} schedule={schedule} />
      ))}
    </Table>
  )
}

function Row({ schedule }: { schedule: Schedule }) {
  const { id, pipeline, words, timing, file, lastRun, skippedTimes, lastSkippedAt, lastSkipReason, createdAt } = schedule
  return (
    <tr data-schedule={id}>
      <th scope="row" className="pin">
        <a href={`/runs?pipeline=${encodeURIComponent(pipeline)}`} className="hover:underline" title={`Runs of ${pipeline}`}>
          {pipeline}
        </a>
        {file !== null && (
          <span className="text-text-3" title={`Stands in ${file}, and is changed there`}>
            {' '}
            · Git
          </span>
        )}
      </th>
      <td>
        {lastRun === null ? (
          <span className="text-text-3">never</span>
        ) : (
          <a href={`/runs/${encodeURIComponent(lastRun.id)}`} className="hover:underline" title="Open the last run">
            <StatusBadge {...RUN_MARKS[lastRun.state]} />
          </a>
        )}
        <OnTime schedule={schedule} />
      </td>
      <td className="wrap" title={timingText(timing)}>
        {words}
      </td>
      <td>
        <Next schedule={schedule} />
      </td>
      <td className="right max-lg:hidden">
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
  if (next.length === 0) return <span className="text-text-3">{paused ? 'paused' : 'never again'}</span>
  return (
    <span className="grid">
      {next.map((firing, index) => (
        <span key={firing.at} className="inline-flex items-baseline gap-1.5 whitespace-nowrap">
          <time dateTime={firing.at}>{firingText(firing)}</time>
          {index === 0 && <span className="text-text-3">{zoneName(timing.zone)}</span>}
          {firing.clockChange !== null && (
            <span title={`${firingText(firing)}: ${CLOCK_CHANGES[firing.clockChange]}`}>
              <StatusMark mark="warning" size={14} />
              <span className="sr-only">{CLOCK_CHANGES[firing.clockChange]}</span>
            </span>
          )}
        </span>
      ))}
    </span>
  )
}

/** Whether its newest run began when it should have; nothing where that is not known. */
function OnTime({ schedule }: { schedule: Schedule }) {
  const late = lateBy(schedule, useNow(30_000))
  if (late === null) return null
  if (late === 0) return <span className="block text-label text-text-3">began on time</span>
  return (
    <span className="flex items-baseline gap-1.5 text-label" title="From its time to when its run began">
      <StatusBadge mark="late" word="Late" />
      <time className="text-text-3">{formatDuration(late)}</time>
    </span>
  )
}
