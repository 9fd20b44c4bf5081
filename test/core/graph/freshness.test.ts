import { describe, expect, it } from 'vitest'
import { judgeFreshness, type Origin, type Pulse } from '../../../src/core/graph/freshness.ts'

const at = (text: string): Date => new Date(`2026-11-23T${text}Z`)
const pulse = (part: Partial<Pulse> = {}): Pulse => ({
  openRunId: null,
  lastState: 'succeeded',
  lastCode: null,
  lastFinishedAt: at('08:01'),
  durationMs: 60_000,
  paused: null,
  ...part,
})
const origin = (pipeline: string, read: string, newest = read): Origin => ({
  dataset: `explore.${pipeline}`,
  pipeline,
  readAt: at(read),
  newestAt: at(newest),
})
const judge = (now: string, origins: Origin[], pulses: Record<string, Pulse> = {}, part: { held?: string; unpublished?: string[] } = {}) =>
  judgeFreshness(
    {
      dataset: 'navigate.revenue',
      within: '2h',
      withinMs: 7_200_000,
      since: at('06:00'),
      origins,
      pulses: new Map(Object.entries({ orders: pulse(), rates: pulse(), ...pulses })),
      held: part.held ?? null,
      unpublished: part.unpublished ?? [],
    },
    at(now),
  )

describe('a freshness target of 2 h', () => {
  const both = [origin('orders', '08:00'), origin('rates', '09:00')]

  it('counts from when reading the oldest data began', () => {
    expect(judge('09:30', both)).toMatchObject({ state: 'fresh', asOf: at('08:00'), due: [], missedSince: null })
  })

  it('asks for the pipeline whose data becomes too old, in time, and for no other', () => {
    expect(judge('09:47', both).due).toEqual([])
    expect(judge('09:48', both).due).toEqual(['orders'])
    expect(judge('10:48', both).due).toEqual(['orders', 'rates'])
  })

  it('asks earlier for a pipeline that takes long, but not before half of the time is over', () => {
    expect(judge('09:20', both, { orders: pulse({ durationMs: 20 * 60_000 }) }).due).toEqual(['orders'])
    expect(judge('08:59', both, { orders: pulse({ durationMs: 5 * 3_600_000 }) }).due).toEqual([])
    expect(judge('09:00', both, { orders: pulse({ durationMs: 5 * 3_600_000 }) }).due).toEqual(['orders'])
  })

  it('is missed from the moment at which its data is too old', () => {
    expect(judge('10:00', both).state).toBe('fresh')
    expect(judge('10:01', both)).toMatchObject({ state: 'missed', missedSince: at('10:00'), reason: 'No run has brought newer data.' })
  })

  it.each([
    ['its source is paused', pulse({ paused: 'source_paused' }), 'The source of orders is paused.', []],
    ['its pipeline is paused', pulse({ paused: 'pipeline_paused' }), 'The pipeline orders is paused.', []],
    ['its pipeline is gone', pulse({ paused: 'pipeline_missing' }), 'There is no pipeline and no saved source orders any more.', []],
    ['its run is going on', pulse({ openRunId: 'r_1' }), 'Run r_1 of orders is not done yet.', []],
    [
      'its runs fail: it is asked again after half an hour',
      pulse({ lastState: 'failed', lastCode: 'source.unreachable', lastFinishedAt: at('09:55') }),
      'The last run of orders failed: source.unreachable.',
      [],
    ],
    [
      'its runs failed half an hour ago',
      pulse({ lastState: 'failed', lastCode: 'source.unreachable', lastFinishedAt: at('09:31') }),
      'The last run of orders failed: source.unreachable.',
      ['orders'],
    ],
  ])('that is missed says that %s', (_name, orders, reason, due) => {
    expect(judge('10:01', both, { orders })).toMatchObject({ state: 'missed', reason, due })
  })

  it('says of a transform that is held why it is', () => {
    expect(judge('10:01', both, {}, { held: 'navigate.x was not built anew: run r_2 failed.' }).reason).toMatch(/run r_2 failed/)
  })

  it('does not read again what was read, where only a transform is behind', () => {
    expect(judge('09:59', [origin('orders', '08:00', '09:30')])).toMatchObject({ due: [], isBehind: true })
  })

  it('of what was never published asks for what it lacks, and is missed from two hours after it was set', () => {
    const lacking = { unpublished: ['orders'] }
    expect(judge('07:59', [], { orders: pulse({ lastState: null, lastFinishedAt: null }) }, lacking)).toMatchObject({
      state: 'unmeasured',
      due: ['orders'],
    })
    expect(judge('08:15', [], {}, lacking)).toMatchObject({ state: 'missed', missedSince: at('08:00'), due: [] })
    expect(judge('08:31', [], {}, lacking).due).toEqual(['orders'])
  })
})
