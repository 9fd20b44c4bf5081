import type { PipelineDefinition } from '../../contract/pipelines.ts'
import type { Timing } from '../../contract/schedules.ts'
import { AtlasError } from '../errors.ts'
import { firingTimes } from '../schedule/timing.ts'

const MOST = 500_000

/** A stretch of time that one run of a backfill stands for, in ms; up to and without its end. */
export interface PlannedPartition {
  logicalTime: number
  endsAt: number
  state: 'present' | 'missing' | 'failed' | 'queued'
}

/** What is known of the runs of a logical time: the best of them. */
export type TimeState = 'succeeded' | 'open' | 'failed'

const STATES = { succeeded: 'present', open: 'queued', failed: 'failed' } as const

/**
 * The partitions of a range: one for each time of the timing from `from` on and before `to`, each up to the next one.
 * @param known runs by their logical time (ms)
 * @throws AtlasError `backfill.bad_range` for none or more than 500,000, and what `firingTimes` throws
 */
export function planPartitions(timing: Timing, fromMs: number, toMs: number, known: ReadonlyMap<number, TimeState>): PlannedPartition[] {
  const partitions: PlannedPartition[] = []
  let previous: number | undefined
  for (const time of firingTimes(timing, fromMs - 1)) {
    if (previous !== undefined) partitions.push(partition(previous, time, known))
    if (time >= toMs) {
      previous = undefined
      break
    }
    if (partitions.length >= MOST)
      throw new AtlasError('backfill.bad_range', `The range holds more than ${MOST} partitions, the limit of one backfill.`)
    previous = time
  }
  // A timing that ends has a last time without a next one.
  if (previous !== undefined) partitions.push(partition(previous, toMs, known))
  if (partitions.length === 0)
    throw new AtlasError(
      'backfill.bad_range',
      `No partition begins from ${new Date(fromMs).toISOString()} on and before ${new Date(toMs).toISOString()}.`,
    )
  return partitions
}

function partition(logicalTime: number, endsAt: number, known: ReadonlyMap<number, TimeState>): PlannedPartition {
  const state = known.get(logicalTime)
  return { logicalTime, endsAt, state: state === undefined ? 'missing' : STATES[state] }
}

/** Whether the runs of a pipeline can be given the time of their partition: a stream has a cursor. */
export function readsWindows({ streams }: Pick<PipelineDefinition, 'streams'>): boolean {
  return streams.some(({ cursor }) => cursor !== undefined)
}

/** The pipeline as the run of one partition carries it out: streams with a cursor read its time alone, and what they have reached stays as it is. */
export function partitionDefinition(definition: PipelineDefinition, from: Date, to: Date): PipelineDefinition {
  const backfill = { from: from.toISOString(), to: to.toISOString() }
  const streams = definition.streams.map((stream) =>
    stream.cursor === undefined ? stream : { ...stream, cursor: { ...stream.cursor, backfill } },
  )
  return { ...definition, streams }
}

/** What a person should know before they start. */
export function planWarnings({ streams }: Pick<PipelineDefinition, 'streams'>): string[] {
  const whole = streams.filter(({ cursor }) => cursor === undefined).map(({ name }) => name)
  if (streams.length === 0) return ['The pipeline names no streams: each run reads all of the source, whatever its partition.']
  if (whole.length === 0) return []
  return [`${whole.join(', ')}: no cursor, so each run reads all of it, whatever its partition.`]
}
