import type { Schedule } from '../../../contract/schedules.ts'
import type { Pipeline } from '../../../contract/stored-pipelines.ts'
import { StatusBadge, StatusMark } from '../../components/status-badge.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { PipelineActs } from './pipeline-acts.tsx'
import { outputsOf, pipelineState, sourceOf } from './words.ts'

/** Pipelines by name, one a line. @param schedules null while they are not known */
export function PipelinesTable({ pipelines, schedules }: { pipelines: Pipeline[]; schedules: Schedule[] | null }) {
  return (
    <Table
      label="Pipelines by name"
      head={
        <Heads
          of={[
            'Pipeline',
            'State',
            { name: 'Source → outputs', className: 'max-lg:hidden' },
            'Schedule',
            'Last run',
            'Version',
            { name: 'Owner', className: 'max-lg:hidden' },
            { name: 'Act', hidden: true },
          ]}
        />
      }
    >
      {pipelines.map((pipeline) => (
        <Row
          key={pipeline.id}
          pipeline={pipeline}
          schedules={schedules?.filter((schedule) => schedule.pipeline === pipeline.name) ?? null}
        />
      ))}
    </Table>
  )
}

function Row({ pipeline, schedules }: { pipeline: Pipeline; schedules: Schedule[] | null }) {
  const { name, definition, lastRun, version, git } = pipeline
  const page = `/pipelines/${encodeURIComponent(name)}`
  return (
    <tr data-pipeline={name}>
      <th scope="row" className="pin">
        <a href={page} className="hover:underline" title={definition.description || undefined}>
          {name}
        </a>
      </th>
      <td>
        <StatusBadge {...pipelineState(pipeline)} />
      </td>
      <td className="max-w-[36ch] truncate max-lg:hidden" title={`${sourceOf(pipeline)} → ${outputsOf(pipeline)}`}>
        {sourceOf(pipeline)} → {outputsOf(pipeline)}
      </td>
      <td className="max-w-[28ch] truncate max-lg:max-w-[15ch]">
        <Schedules schedules={schedules} />
      </td>
      <td>
        {lastRun === null ? (
          <span className="text-text-3">never</span>
        ) : (
          <span className="inline-flex items-baseline gap-1.5">
            <Time at={lastRun.finishedAt ?? lastRun.queuedAt} />
            <a
              href={`/runs/${encodeURIComponent(lastRun.id)}`}
              className="text-text-3 hover:underline"
              title={`Open the last run of ${name}`}
            >
              open<span className="sr-only"> the last run of {name}</span>
            </a>
          </span>
        )}
      </td>
      <td>
        <a href={`${page}?tab=versions`} className="hover:underline">
          {version}
        </a>
        {git?.holds === true && (
          <span className="text-text-3" title={`Stands in ${git.file}`}>
            {' '}
            · Git
          </span>
        )}
        {pipeline.drifted && (
          <span className="ml-1.5 inline-flex items-baseline gap-1 text-warn" title={`Differs from ${git?.file ?? 'its file'}`}>
            <StatusMark mark="warning" size={14} /> drifted
          </span>
        )}
      </td>
      <td className="max-lg:hidden">{definition.owner ?? <span className="text-text-3">nobody</span>}</td>
      <td className="right">
        <span className="inline-flex items-center">
          <a href={`${page}?tab=plan`} className="btn btn-quiet min-h-7 px-1.5 max-lg:hidden">
            Plan<span className="sr-only"> {name}</span>
          </a>
          <PipelineActs pipeline={pipeline} />
        </span>
      </td>
    </tr>
  )
}

function Schedules({ schedules }: { schedules: Schedule[] | null }) {
  if (schedules === null) return <span className="text-text-3">not known</span>
  const [first] = schedules
  if (first === undefined) return <span className="text-text-3">none</span>
  const words = schedules.map((schedule) => `${schedule.words}${schedule.paused ? ' (paused)' : ''}`)
  return (
    <a href="/schedules" className="hover:underline" title={words.join(' · ')}>
      {words[0]}
      {schedules.length > 1 && ' and others'}
    </a>
  )
}
