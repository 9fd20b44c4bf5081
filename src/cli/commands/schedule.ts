import type { Firing, Schedule } from '../../contract/schedules.ts'
import { AtlasError } from '../../core/errors.ts'
import { connect, type GlobalOptions } from '../connect.ts'
import { followRun, reportRun } from '../follow-run.ts'
import { printedJson } from '../print-json.ts'
import { table } from '../table.ts'
import { timingOf } from '../timing-of.ts'

interface Options extends GlobalOptions {
  json?: boolean
}

/** `atlas schedule list`. */
export async function listSchedules(options: Options & { pipeline?: string }): Promise<void> {
  await using connection = await connect(options, 'atlas schedule list')
  const schedules = await connection.client.call('GET /schedules', { query: { pipeline: options.pipeline } })
  if (printedJson(options, schedules)) return
  process.stdout.write(
    table(
      ['schedule', 'pipeline', 'when', 'zone', 'next', 'last run', 'skipped'],
      schedules.map((schedule) => [
        schedule.id,
        schedule.pipeline,
        schedule.words,
        schedule.timing.zone,
        schedule.paused ? 'paused' : (schedule.next[0]?.local ?? 'never'),
        schedule.lastRun?.state ?? 'never',
        String(schedule.skippedTimes),
      ]),
    ),
  )
}

export interface AddOptions extends Options {
  zone: string
  missed: Schedule['missed']
  overlap: Schedule['overlap']
  spread: string
}

/** `atlas schedule add`: prints the next times. */
export async function addSchedule(pipeline: string, when: string, options: AddOptions): Promise<void> {
  const jitterSeconds = Number(options.spread)
  if (!Number.isInteger(jitterSeconds) || jitterSeconds < 0 || jitterSeconds > 3600)
    throw new AtlasError('cli.usage', `--spread is "${options.spread}"; it must be a number of seconds from 0 to 3600.`)
  await using connection = await connect(options, 'atlas schedule add')
  const { missed, overlap } = options
  const body = { pipeline, timing: timingOf(when, options.zone), missed, overlap, jitterSeconds }
  const schedule = await connection.client.call('POST /schedules', { body })
  if (printedJson(options, schedule)) return
  process.stdout.write(`${schedule.id}: ${pipeline} runs ${schedule.words}, ${schedule.timing.zone}\n${lines(schedule.next)}`)
}

/** `atlas schedule run`: carries out now what a schedule runs, and says what it did. Exit code 0 only when it succeeded. */
export async function runSchedule(scheduleId: string, options: Options): Promise<void> {
  await reportRun(async (warned) => {
    await using connection = await connect(options, 'atlas schedule run')
    const { client } = connection
    const { id } = await client.call('POST /schedules/:scheduleId/run', { params: { scheduleId } })
    return await followRun(client, id, warned)
  }, options)
}

/** `atlas schedule pause`, `resume` and `delete`. */
export async function actOnSchedule(act: 'pause' | 'resume' | 'delete', scheduleId: string, options: Options): Promise<void> {
  await using connection = await connect(options, `atlas schedule ${act}`)
  const { client } = connection
  if (act === 'delete') {
    await client.call('DELETE /schedules/:scheduleId', { params: { scheduleId } })
    if (!printedJson(options, { deleted: scheduleId })) process.stdout.write(`Deleted ${scheduleId}. Its runs stay.\n`)
    return
  }
  const key = act === 'pause' ? 'POST /schedules/:scheduleId/pause' : 'POST /schedules/:scheduleId/resume'
  const schedule = await client.call(key, { params: { scheduleId } })
  if (printedJson(options, schedule)) return
  const what = schedule.paused ? 'is paused' : `runs ${schedule.words}, ${schedule.timing.zone}`
  process.stdout.write(`${schedule.pipeline} ${what}\n${lines(schedule.next)}`)
}

/** `atlas schedule next`. */
export async function nextTimes(when: string, options: Options & { zone: string }): Promise<void> {
  await using connection = await connect(options, 'atlas schedule next')
  const preview = await connection.client.call('POST /schedules/preview', { body: { timing: timingOf(when, options.zone) } })
  if (printedJson(options, preview)) return
  process.stdout.write(`${preview.words}, ${options.zone}\n${lines(preview.next)}`)
}

const CLOCK_CHANGES: Record<NonNullable<Firing['clockChange']>, string> = {
  moved: 'the clocks skip the time wanted',
  first_of_two: 'the first of two: the clocks show it twice',
  second_of_two: 'the second of two: the clocks show it twice',
}

function lines(firings: readonly Firing[]): string {
  return firings
    .map(({ at, local, clockChange }) => `  ${local}  ${at}${clockChange === null ? '' : `  (${CLOCK_CHANGES[clockChange]})`}\n`)
    .join('')
}
