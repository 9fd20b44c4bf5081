import { describe, expect, it } from 'vitest'
import type { Timing } from '../../../src/contract/schedules.ts'
import { parseCron } from '../../../src/core/schedule/cron.ts'
import { spreadDelay } from '../../../src/core/schedule/spread.ts'
import { offsetAt } from '../../../src/core/schedule/time-zone.ts'
import { describeFiring, nextTimes, timesBetween } from '../../../src/core/schedule/timing.ts'
import { timingWords } from '../../../src/core/schedule/timing-words.ts'

const NEW_YORK = 'America/New_York'
const COPENHAGEN = 'Europe/Copenhagen'
const cron = (text: string, zone = 'UTC'): Timing => ({ cron: text, zone })
const next = (timing: Timing, after: string, count: number): string[] =>
  nextTimes(timing, Date.parse(after), count).map((time) => new Date(time).toISOString().replace(/:00\.000Z$/, 'Z'))

describe('the next times of a cron', () => {
  // Instants by hand: New York is UTC-5 until 2026-03-08T07:00Z, then UTC-4 until 2026-11-01T06:00Z; Copenhagen UTC+1 until 2026-03-29T01:00Z, then
  // UTC+2 until 2026-10-25T01:00Z.
  it.each<[string, Timing, string, string[]]>([
    [
      'a time that New York skips: once, an hour later',
      cron('30 2 * * *', NEW_YORK),
      '2026-03-07T12:00Z',
      ['2026-03-08T07:30Z', '2026-03-09T06:30Z'],
    ],
    [
      'a time that New York has twice: the first',
      cron('30 1 * * *', NEW_YORK),
      '2026-10-31T12:00Z',
      ['2026-11-01T05:30Z', '2026-11-02T06:30Z'],
    ],
    ['the same, asked between the two', cron('30 1 * * *', NEW_YORK), '2026-11-01T05:45Z', ['2026-11-02T06:30Z']],
    ['a time that Copenhagen skips', cron('30 2 * * *', COPENHAGEN), '2026-03-28T12:00Z', ['2026-03-29T01:30Z', '2026-03-30T00:30Z']],
    ['a time that Copenhagen has twice', cron('30 2 * * *', COPENHAGEN), '2026-10-24T12:00Z', ['2026-10-25T00:30Z', '2026-10-26T01:30Z']],
    [
      'every hour, through the hour that comes twice',
      cron('0 * * * *', NEW_YORK),
      '2026-11-01T04:30Z',
      ['2026-11-01T05:00Z', '2026-11-01T06:00Z', '2026-11-01T07:00Z'],
    ],
    [
      'every hour, over the hour that is skipped',
      cron('@hourly', COPENHAGEN),
      '2026-03-29T00:00Z',
      ['2026-03-29T01:00Z', '2026-03-29T02:00Z'],
    ],
    [
      'every 30 minutes of an hour that comes twice',
      cron('*/30 1 * * *', NEW_YORK),
      '2026-11-01T05:00Z',
      ['2026-11-01T05:30Z', '2026-11-01T06:00Z', '2026-11-01T06:30Z', '2026-11-02T06:00Z'],
    ],
    [
      'every 30 minutes of an hour that is skipped: not that day',
      cron('*/30 2 * * *', NEW_YORK),
      '2026-03-07T08:00Z',
      ['2026-03-09T06:00Z'],
    ],
    [
      'two times of which one is moved onto the other: once',
      cron('0 2,3 * * *', NEW_YORK),
      '2026-03-08T05:00Z',
      ['2026-03-08T07:00Z', '2026-03-09T06:00Z'],
    ],
    [
      'a change by half an hour (Lord Howe, from UTC+10:30 to +11)',
      cron('15 2 * * *', 'Australia/Lord_Howe'),
      '2026-10-03T00:00Z',
      ['2026-10-03T15:45Z', '2026-10-04T15:15Z'],
    ],
    [
      'a whole day that Samoa left out',
      cron('0 6 * * *', 'Pacific/Apia'),
      '2011-12-29T12:00Z',
      ['2011-12-29T16:00Z', '2011-12-30T16:00Z', '2011-12-31T16:00Z'],
    ],
    ['midnight that Beirut skips', cron('0 0 * * *', 'Asia/Beirut'), '2026-03-28T12:00Z', ['2026-03-28T22:00Z', '2026-03-29T21:00Z']],
    ['29 February', cron('0 0 29 2 *'), '2026-01-01T00:00Z', ['2028-02-29T00:00Z', '2032-02-29T00:00Z']],
    ['29 February over a century without one', cron('0 0 29 2 *'), '2096-03-01T00:00Z', ['2104-02-29T00:00Z']],
    ['the 31st: months that have one', cron('0 0 31 * *'), '2026-01-31T00:00Z', ['2026-03-31T00:00Z', '2026-05-31T00:00Z']],
    [
      'day of the month or weekday, both restricted',
      cron('0 0 13 * fri'),
      '2026-11-01T00:00Z',
      ['2026-11-06T00:00Z', '2026-11-13T00:00Z', '2026-11-20T00:00Z'],
    ],
    ['the 13th alone where the weekday is free', cron('0 0 13 * *'), '2026-11-01T00:00Z', ['2026-11-13T00:00Z', '2026-12-13T00:00Z']],
    [
      'a stepped day and a weekday: both must hold',
      cron('0 0 */10 * mon'),
      '2026-11-22T00:00Z',
      ['2026-12-21T00:00Z', '2027-01-11T00:00Z'],
    ],
    [
      'names, lists and ranges',
      cron('5 6 * jan,MAR mon-wed'),
      '2026-11-23T00:00Z',
      ['2027-01-04T06:05Z', '2027-01-05T06:05Z', '2027-01-06T06:05Z', '2027-01-11T06:05Z'],
    ],
    [
      'a range with a step',
      cron('10-40/15 9 * * *'),
      '2026-11-23T00:00Z',
      ['2026-11-23T09:10Z', '2026-11-23T09:25Z', '2026-11-23T09:40Z', '2026-11-24T09:10Z'],
    ],
    ['Sunday as 7 and a range up to it', cron('0 0 * * 7'), '2026-11-23T00:00Z', ['2026-11-29T00:00Z']],
    [
      'Friday to Sunday',
      cron('0 0 * * fri-sun'),
      '2026-11-23T00:00Z',
      ['2026-11-27T00:00Z', '2026-11-28T00:00Z', '2026-11-29T00:00Z', '2026-12-04T00:00Z'],
    ],
    ['@weekly', cron('@weekly'), '2026-11-23T00:00Z', ['2026-11-29T00:00Z', '2026-12-06T00:00Z']],
    ['@yearly in a zone ahead of UTC', cron('@yearly', 'Asia/Tokyo'), '2026-11-23T00:00Z', ['2026-12-31T15:00Z']],
    ['after a time exactly: not that time again', cron('0 6 * * *'), '2026-11-23T06:00Z', ['2026-11-24T06:00Z']],
  ])('%s', (_case, timing, after, expected) => {
    expect(next(timing, after, expected.length)).toEqual(expected)
  })

  it.each<[string, string, RegExp]>([
    ['0 0 30 2 *', 'schedule.never_fires', /30 2/],
    ['0 0 31 apr,jun,sep,nov *', 'schedule.never_fires', /never fires/],
    ['* * * *', 'schedule.bad_cron', /4 fields/],
    ['0 0 6 * * *', 'schedule.bad_cron', /6 fields/],
    ['60 * * * *', 'schedule.bad_cron', /minute "60" is not from 0 to 59/],
    ['0 24 * * *', 'schedule.bad_cron', /hour "24"/],
    ['0 0 0 * *', 'schedule.bad_cron', /day of the month "0"/],
    ['0 0 * foo *', 'schedule.bad_cron', /month "foo"/],
    ['*/0 * * * *', 'schedule.bad_cron', /step of 0/],
    ['30-10 * * * *', 'schedule.bad_cron', /ends before it begins/],
    ['5/15 * * * *', 'schedule.bad_cron', /5-59\/15/],
    ['0 0 L * *', 'schedule.bad_cron', /day of the month "l"/],
    ['0 0 ? * mon#2', 'schedule.bad_cron', /"\?"/],
    ['@reboot', 'schedule.bad_cron', /none of @hourly/],
    ['', 'schedule.bad_cron', /fields/],
  ])('are refused for "%s": %s', (text, code, message) => {
    expect(() => parseCron(text)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }))
  })

  it.each(['Mars/Olympus', '+02:00', '', 'Europe/Copenhagen; drop'])('are refused for the zone "%s"', (zone) => {
    expect(() => nextTimes(cron('@daily', zone), 0, 1)).toThrow(expect.objectContaining({ code: 'schedule.unknown_zone' }))
  })

  it('are strictly ascending, leave none out and fit the fields, for random crons in zones with all kinds of clock changes', () => {
    const random = sequence(42)
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!
    const zones = [NEW_YORK, COPENHAGEN, 'Australia/Lord_Howe', 'America/Santiago', 'Asia/Kathmandu', 'Africa/Casablanca', 'UTC']
    const minutes = ['*', '*/7', '0', '15,45', '10-50/20']
    const hours = ['*', '*/5', '2', '1-3', '0,12,23']
    const days = ['*', '*/9', '1,15,31', '8-14']
    // Days around changes of the clocks in 2026.
    const starts = ['02-14', '03-07', '03-21', '03-28', '04-04', '09-05', '10-03', '10-24', '10-31'].map((day) =>
      Date.parse(`2026-${day}T00:00Z`),
    )
    for (let round = 0; round < 60; round++) {
      const text = `${pick(minutes)} ${pick(hours)} ${pick(days)} * ${pick(['*', 'mon-fri', '0,3', '*/2'])}`
      const zone = pick(zones)
      const after = pick(starts) + Math.floor(random() * 24 * 60) * 60_000
      const times = nextTimes(cron(text, zone), after, 40)
      expect(times.every((time, index) => time > (times[index - 1] ?? after))).toBe(true)
      const until = Math.min(times.at(-1)!, after + 86_400_000)
      expect({ text, zone, after, times: times.filter((time) => time <= until && !isMoved(text, zone, time)) }).toEqual({
        text,
        zone,
        after,
        times: minuteByMinute(text, zone, after, until),
      })
    }
  })

  it('of a rare date are found at once', () => {
    const started = performance.now()
    for (let round = 0; round < 200; round++) nextTimes(cron('0 0 29 2 */7', NEW_YORK), Date.UTC(2026, 0, 1), 1)
    expect((performance.now() - started) / 200).toBeLessThan(20)
  })
})

describe('an interval', () => {
  it.each<[string, string, string, string[]]>([
    ['15min', '1970-01-01T00:00:00Z', '2026-11-23T00:05Z', ['2026-11-23T00:15Z', '2026-11-23T00:30Z']],
    ['15min', '2026-11-23T00:07:00Z', '2026-11-23T00:05Z', ['2026-11-23T00:07Z', '2026-11-23T00:22Z']],
    ['7h', '2026-11-25T00:00:00Z', '2026-11-23T00:00Z', ['2026-11-23T06:00Z', '2026-11-23T13:00Z']],
    ['1d', '2026-03-07T12:00:00Z', '2026-03-07T12:00Z', ['2026-03-08T12:00Z', '2026-03-09T12:00Z']],
  ])('every %s counted from %s', (every, anchor, after, expected) => {
    expect(next({ every, anchor, zone: NEW_YORK }, after, expected.length)).toEqual(expected)
  })

  it.each(['0min', '30s', '15', 'min', '367d', '1.5h', '-5min', '99999999min'])('"%s" is refused', (every) => {
    const timing: Timing = { every, anchor: '1970-01-01T00:00:00Z', zone: 'UTC' }
    expect(() => nextTimes(timing, 0, 1)).toThrow(expect.objectContaining({ code: 'schedule.bad_interval' }))
  })
})

describe('the times of an outage', () => {
  it('are those after its begin up to and with its end', () => {
    const hourly = cron('@hourly')
    expect(timesBetween(hourly, Date.parse('2026-11-23T00:00Z'), Date.parse('2026-11-23T03:00Z'))).toHaveLength(3)
    expect(timesBetween(hourly, Date.parse('2026-11-23T03:00Z'), Date.parse('2026-11-23T00:00Z'))).toEqual([])
  })

  it('of ten years are those of the last 366 days', () => {
    expect(timesBetween(cron('@daily'), Date.UTC(2016, 0, 1), Date.UTC(2026, 0, 1))).toHaveLength(366)
  })
})

describe('a time as it is shown', () => {
  it.each<[string, string, string, string | null]>([
    ['30 2 * * *', '2026-03-08T07:30:00.000Z', '2026-03-08T03:30:00-04:00', 'moved'],
    ['30 1 * * *', '2026-11-01T05:30:00.000Z', '2026-11-01T01:30:00-04:00', 'first_of_two'],
    ['30 * * * *', '2026-11-01T06:30:00.000Z', '2026-11-01T01:30:00-05:00', 'second_of_two'],
    ['30 1 * * *', '2026-11-02T06:30:00.000Z', '2026-11-02T01:30:00-05:00', null],
  ])('%s at %s is %s in New York', (text, at, local, clockChange) => {
    expect(describeFiring(cron(text, NEW_YORK), Date.parse(at))).toEqual({ at, local, clockChange })
  })

  it.each<[Timing, string]>([
    [cron('0 6 * * 1-5'), 'weekdays at 06:00'],
    [cron('0 6,18 * * *'), 'every day at 06:00, 18:00'],
    [cron('0 6 * * sat,sun'), 'weekends at 06:00'],
    [cron('0 6 * * wed,mon'), 'Monday, Wednesday at 06:00'],
    [cron('@hourly'), 'every hour at minute 0'],
    [cron('*/15 * * * *'), 'every 15 minutes'],
    [cron('* * * * *'), 'every minute'],
    [cron('5 */6 * * *'), 'every 6 hours at minute 5'],
    [cron('@monthly'), 'day 1 of every month at 00:00'],
    [cron('0  0 13 * FRI'), 'cron 0 0 13 * fri'],
    [cron('*/7 * * * *'), 'cron */7 * * * *'],
    [cron('@yearly'), 'cron 0 0 1 1 *'],
    [{ every: '15min', anchor: '1970-01-01T00:00:00Z', zone: 'UTC' }, 'every 15 minutes'],
    [{ every: '1d', anchor: '1970-01-01T00:00:00Z', zone: 'UTC' }, 'every day'],
  ])('%o is %s in words', (timing, words) => {
    expect(timingWords(timing)).toBe(words)
  })
})

describe('the delay by which schedules are spread', () => {
  it('is the same for one schedule, and even over a hundred', () => {
    const delays = Array.from({ length: 100 }, (_, n) => spreadDelay(`sch_${n}`, 600))
    expect(spreadDelay('sch_7', 600)).toBe(delays[7])
    const minutes = Array.from({ length: 10 }, (_, n) => delays.filter((delay) => Math.floor(delay / 60_000) === n).length)
    expect(minutes.reduce((sum, count) => sum + count, 0)).toBe(100)
    // Of 100 in 10 cells each holds 10 ± 3; five standard deviations above are 25.
    expect(Math.max(...minutes)).toBeLessThan(25)
    expect(spreadDelay('sch_7', 0)).toBe(0)
  })
})

/** What the fields say of every real minute; of times of the day that come twice the first alone. */
function minuteByMinute(text: string, zone: string, after: number, until: number): number[] {
  const { followsRealTime } = parseCron(text)
  const found: number[] = []
  for (let time = after + 60_000; time <= until; time += 60_000) {
    if (!fits(text, zone, time)) continue
    const isSecond = [30, 60].some((minutes) => offsetAt(zone, time - minutes * 60_000) - offsetAt(zone, time) === minutes * 60_000)
    if (followsRealTime || !isSecond) found.push(time)
  }
  return found
}

function fits(text: string, zone: string, time: number): boolean {
  const { minutes, hours, days, weekdays, isEitherDay } = parseCron(text)
  const shown = new Date(time + offsetAt(zone, time))
  const [day, weekday] = [days.has(shown.getUTCDate()), weekdays.has(shown.getUTCDay())]
  return minutes.includes(shown.getUTCMinutes()) && hours.includes(shown.getUTCHours()) && (isEitherDay ? day || weekday : day && weekday)
}

/** A time that the clocks skipped: what fits is the time of the day before the change. */
function isMoved(text: string, zone: string, time: number): boolean {
  return !fits(text, zone, time) && offsetAt(zone, time) > offsetAt(zone, time - 3 * 3_600_000)
}

function sequence(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
