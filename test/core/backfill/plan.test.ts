import { describe, expect, it } from 'vitest'
import { PipelineDefinition } from '../../../src/contract/pipelines.ts'
import { Timing } from '../../../src/contract/schedules.ts'
import { partitionDefinition, planPartitions, planWarnings, readsWindows, type TimeState } from '../../../src/core/backfill/plan.ts'

const at = (text: string): number => Date.parse(`${text}Z`)
const plan = (timing: object, from: string, to: string, known: Record<string, TimeState> = {}) =>
  planPartitions(Timing.parse(timing), at(from), at(to), new Map(Object.entries(known).map(([time, state]) => [at(time), state]))).map(
    ({ logicalTime, endsAt, state }) =>
      `${new Date(logicalTime).toISOString().slice(5, 16)} ${new Date(endsAt).toISOString().slice(5, 16)} ${state}`,
  )

describe('the partitions of a backfill', () => {
  it('begin at each time from the first on and before the last, and end at the next one', () => {
    expect(plan({ every: '1d' }, '2026-03-01T00:00', '2026-03-03T12:00')).toEqual([
      '03-01T00:00 03-02T00:00 missing',
      '03-02T00:00 03-03T00:00 missing',
      '03-03T00:00 03-04T00:00 missing',
    ])
  })

  it('follow the clocks of the zone: the day on which they change is an hour shorter', () => {
    expect(plan({ cron: '@daily', zone: 'America/New_York' }, '2026-03-07T05:00', '2026-03-09T05:00')).toEqual([
      '03-07T05:00 03-08T05:00 missing',
      '03-08T05:00 03-09T04:00 missing',
      '03-09T04:00 03-10T04:00 missing',
    ])
  })

  it('say what is there, what failed and what is going on', () => {
    const known = { '2026-03-01T00:00': 'succeeded', '2026-03-01T01:00': 'failed', '2026-03-01T02:00': 'open' } as const
    expect(plan({ cron: '@hourly' }, '2026-03-01T00:00', '2026-03-01T04:00', known).map((line) => line.split(' ')[2])).toEqual([
      'present',
      'failed',
      'queued',
      'missing',
    ])
  })

  it.each([
    ['an empty range', { every: '1d' }, '2026-03-02T00:00', '2026-03-02T00:00', 'backfill.bad_range'],
    ['a range backwards', { every: '1h' }, '2026-03-02T00:00', '2026-03-01T00:00', 'backfill.bad_range'],
    ['more than 500,000', { every: '1min' }, '2020-01-01T00:00', '2026-01-01T00:00', 'backfill.bad_range'],
    ['a cron that never fires', { cron: '0 0 30 2 *' }, '2026-01-01T00:00', '2026-02-01T00:00', 'schedule.never_fires'],
    ['a zone that is none', { cron: '@daily', zone: 'Mars/Olympus' }, '2026-01-01T00:00', '2026-02-01T00:00', 'schedule.unknown_zone'],
  ])('of %s are refused', (_name, timing, from, to, code) => {
    expect(() => plan(timing, from, to)).toThrowError(expect.objectContaining({ code }))
  })

  it('are 100,000 within a second', () => {
    const from = at('2015-01-01T00:00')
    const timing = Timing.parse({ cron: '@hourly', zone: 'Europe/Copenhagen' })
    const known = new Map(Array.from({ length: 50_000 }, (_, index) => [from + index * 7_200_000, 'succeeded' as const]))
    const began = process.cpuUsage()
    const partitions = planPartitions(timing, from, from + 100_000 * 3_600_000, known)
    const { user, system } = process.cpuUsage(began)
    expect(partitions).toHaveLength(100_000)
    expect(partitions.filter(({ state }) => state === 'present')).toHaveLength(50_000)
    expect((user + system) / 1000).toBeLessThan(3_000)
  })
})

describe('the run of a partition', () => {
  const definition = PipelineDefinition.parse({
    name: 'orders',
    source: { connector: 'postgresql' },
    streams: [{ name: 'orders', mode: 'append', cursor: { column: 'changed_at', lookback: '1h' } }, { name: 'countries' }],
  })

  it('reads the time of its partition alone where a stream has a cursor', () => {
    const part = partitionDefinition(definition, new Date('2026-03-01T00:00:00Z'), new Date('2026-03-02T00:00:00Z'))
    expect(part.streams[0]?.cursor).toMatchObject({
      column: 'changed_at',
      lookback: '1h',
      backfill: { from: '2026-03-01T00:00:00.000Z', to: '2026-03-02T00:00:00.000Z' },
    })
    expect(part.streams[1]).toEqual(definition.streams[1])
    expect(readsWindows(definition)).toBe(true)
  })

  it('is warned of where a stream has none', () => {
    expect(planWarnings(definition)).toEqual(['countries: no cursor, so each run reads all of it, whatever its partition.'])
    expect(planWarnings({ streams: [] })[0]).toMatch(/names no streams/)
    expect(planWarnings({ streams: definition.streams.slice(0, 1) })).toEqual([])
  })
})
