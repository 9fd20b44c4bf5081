import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Schedule, ScheduleInput, Timing } from '../../../contract/schedules.ts'
import { Field, Select } from '../../components/field.tsx'
import { FormButtons } from '../../components/form-buttons.tsx'
import { Modal } from '../../components/modal.tsx'
import { NumberField } from '../../components/number-field.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { useTimeZone } from '../../state/session.ts'
import { PipelineField } from './pipeline-field.tsx'
import { previewQuery, useSaveSchedule } from './schedule-queries.ts'
import { TimesPreview } from './times-preview.tsx'
import { MISSED, OVERLAP } from './words.ts'

const ANCHOR = '1970-01-01T00:00:00Z'

/** Makes or changes a schedule; shows the next ten times before it is saved. */
export function ScheduleForm({ schedule, onClose }: { schedule: Schedule | undefined; onClose: () => void }) {
  const zone = useTimeZone()
  const [draft, setDraft] = useState<ScheduleInput>(() => draftOf(schedule, zone))
  const [asked, setAsked] = useState(draft.timing)
  const preview = useQuery(previewQuery(asked))
  const save = useSaveSchedule(schedule?.id)
  const change = (part: Partial<ScheduleInput>) => setDraft({ ...draft, ...part })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate(draft, { onSuccess: onClose })
  }
  return (
    <Modal
      title={schedule === undefined ? 'Add a schedule' : `Schedule of ${schedule.pipeline}`}
      side="right"
      width={560}
      onClose={onClose}
    >
      <form className="grid gap-4 px-4 py-4" onSubmit={submit}>
        <PipelineField value={draft.pipeline} onChange={(pipeline) => change({ pipeline })} />
        <TimingFields timing={draft.timing} onChange={(timing) => change({ timing })} onRest={() => setAsked(draft.timing)} />
        <TimesPreview query={preview} zone={asked.zone} />
        <Select
          label="Times missed while Atlas was not running"
          value={draft.missed}
          options={MISSED}
          onChange={(missed) => change({ missed })}
        />
        <Select label="When a run of it is going on" value={draft.overlap} options={OVERLAP} onChange={(overlap) => change({ overlap })} />
        <NumberField
          label="Spread, in seconds"
          hint="Starts up to so much later, so that many schedules of one time do not start at once."
          min={0}
          max={3600}
          value={draft.jitterSeconds}
          onChange={(jitterSeconds) => change({ jitterSeconds })}
        />
        {save.isError && <ProblemView error={save.error} what="Could not save the schedule" />}
        <FormButtons submit="Save schedule" busyWord="Saving" busy={save.isPending} disabled={draft.pipeline === ''} onCancel={onClose} />
      </form>
    </Modal>
  )
}

/** Cron or interval, and the zone. `onRest` is called when the times may be asked for: on leaving a field. */
function TimingFields(props: { timing: Timing; onChange: (timing: Timing) => void; onRest: () => void }) {
  const { timing, onChange, onRest } = props
  const kind = 'cron' in timing ? 'cron' : 'every'
  const swap = (to: 'cron' | 'every') =>
    onChange(to === 'cron' ? { cron: '0 6 * * mon-fri', zone: timing.zone } : { every: '15min', anchor: ANCHOR, zone: timing.zone })
  return (
    <div role="group" aria-label="When it runs" className="grid gap-4" onBlur={onRest}>
      <Select
        label="When"
        value={kind}
        options={[
          { value: 'cron', label: 'At times of the day (cron)' },
          { value: 'every', label: 'Every so often' },
        ]}
        onChange={swap}
      />
      {'cron' in timing ? (
        <Field label="Cron" hint="Minute, hour, day of the month, month, weekday: 30 6 * * mon-fri. Or @hourly, @daily, @weekly, @monthly.">
          {(ids) => (
            <input
              {...ids}
              className="input font-mono"
              required
              value={timing.cron}
              onChange={(event) => onChange({ ...timing, cron: event.target.value })}
            />
          )}
        </Field>
      ) : (
        <Field label="Every" hint="A number with min, h or d: 15min, 2h, 1d.">
          {(ids) => (
            <input
              {...ids}
              className="input font-mono"
              required
              value={timing.every}
              onChange={(event) => onChange({ ...timing, every: event.target.value })}
            />
          )}
        </Field>
      )}
      <Field label="Time zone" hint="A name such as Europe/Copenhagen; the cron follows its clocks, summer time too.">
        {(ids) => (
          <>
            <input
              {...ids}
              className="input"
              list={`${ids.id}-zones`}
              required
              value={timing.zone}
              onChange={(event) => onChange({ ...timing, zone: event.target.value })}
            />
            <datalist id={`${ids.id}-zones`}>
              {Intl.supportedValuesOf('timeZone').map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </datalist>
          </>
        )}
      </Field>
    </div>
  )
}

function draftOf(schedule: Schedule | undefined, zone: string): ScheduleInput {
  if (schedule === undefined)
    return { pipeline: '', timing: { cron: '0 6 * * mon-fri', zone }, missed: 'once', overlap: 'skip', jitterSeconds: 0 }
  const { pipeline, timing, missed, overlap, jitterSeconds } = schedule
  return { pipeline, timing, missed, overlap, jitterSeconds }
}
