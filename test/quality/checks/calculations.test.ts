import { describe, expect, it } from 'vitest'
import { coarser, divergence, largestDistance, stabilityIndex } from '../../../src/quality/checks/distribution.ts'
import { assertBounds, inWords, isWithin } from '../../../src/quality/checks/bounds.ts'
import { ISO_CODES } from '../../../src/quality/checks/iso-codes.ts'
import { chooseScale, quartileSkew, robustDeviation } from '../../../src/quality/checks/robust-scale.ts'
import { bucketName, scheduleBefore } from '../../../src/quality/checks/schedule.ts'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('')
const pairs = letters.flatMap((first) => letters.map((second) => first + second))

describe('ISO codes', () => {
  const named = (type: 'region' | 'currency' | 'language', code: string) =>
    new Intl.DisplayNames('en', { type, fallback: 'none' }).of(code) !== undefined

  it('countries are those that have a name, without what ISO 3166 withdrew or only reserved', () => {
    // Reserved: AC, CP, CQ, DG, EA, EU, EZ, IC, TA, UK, UN, SU; withdrawn: AN, BU, CS, DD, DY, FQ, FX, HV, JT, MI, NH, NQ, NT, PC, PU, PZ, RH, TP, VD, WK, YD, YU, ZR, CT.
    const other =
      'AC AN BU CP CQ CS CT DD DG DY EA EU EZ FQ FX HV IC JT MI NH NQ NT PC PU PZ QO QU RH SU TA TP UK UN VD WK XA XB XK YD YU ZR ZZ'.split(
        ' ',
      )
    const official = pairs.filter((code) => named('region', code) && !other.includes(code))
    expect(official).toEqual([...ISO_CODES.country])
  })

  it('there are as many countries by three letters as by two, each once', () => {
    expect(new Set(ISO_CODES['country-3']).size).toBe(new Set(ISO_CODES.country).size)
    expect(ISO_CODES['country-3'].filter((code) => !/^[A-Z]{3}$/.test(code))).toEqual([])
  })

  it('currencies and languages have names', () => {
    const young = new Set(['XCG', 'ZWG', 'XAD', 'USN', 'XBA', 'XBB', 'XBC', 'XBD', 'XSU', 'XTS', 'XUA', 'XXX'])
    expect(ISO_CODES.currency.filter((code) => !young.has(code) && !named('currency', code))).toEqual([])
    expect(ISO_CODES.language.filter((code) => !named('language', code))).toEqual([])
    expect([new Set(ISO_CODES.currency).size, new Set(ISO_CODES.language).size]).toEqual([
      ISO_CODES.currency.length,
      ISO_CODES.language.length,
    ])
  })
})

describe('schedules', () => {
  const whole = { weekdays: false, since: null }
  const names = (now: string, zone: string, step: 'hour' | 'day' | 'week' | 'month', count: number) => {
    const schedule = scheduleBefore(new Date(now), zone, step, count, whole)
    return Array.from({ length: count }, (_, index) => bucketName(schedule, index))
  }

  it.each([
    ['2026-03-01T00:10:00Z', 'UTC', 'day', ['2026-02-27', '2026-02-28']],
    ['2026-03-01T23:30:00Z', 'Europe/Copenhagen', 'day', ['2026-02-28', '2026-03-01']],
    ['2026-03-01T04:00:00Z', 'America/New_York', 'day', ['2026-02-26', '2026-02-27']],
    ['2026-11-20T10:59:00Z', 'UTC', 'hour', ['2026-11-20T08:00Z', '2026-11-20T09:00Z']],
    ['2026-11-23T00:00:00Z', 'UTC', 'week', ['2026-11-09', '2026-11-16']],
    ['2026-11-22T23:59:00Z', 'UTC', 'week', ['2026-11-02', '2026-11-09']],
    ['2026-01-15T00:00:00Z', 'UTC', 'month', ['2025-11', '2025-12']],
  ] as const)('at %s in %s the last two %ss are %j', (now, zone, step, expected) => {
    expect(names(now, zone, step, 2)).toEqual(expected)
  })

  it('have no weekends where these are left out', () => {
    const { expected } = scheduleBefore(new Date('2026-11-20T12:00:00Z'), 'UTC', 'day', 7, { weekdays: true, since: null })
    // 13 November 2026 is a Friday.
    expect(expected).toEqual([true, false, false, true, true, true, true])
  })
})

describe('distributions', () => {
  it('that are equal are 0 apart, and that share nothing are 1 apart', () => {
    expect([stabilityIndex([5, 5, 0], [50, 50, 0]), divergence([1, 1], [10, 10]), largestDistance([3, 1], [30, 10])]).toEqual([0, 0, 0])
    expect(largestDistance([4, 0], [0, 9])).toBe(1)
  })

  it('have the index of the formula', () => {
    // (0.6 - 0.5) ln(0.6/0.5) + (0.4 - 0.5) ln(0.4/0.5)
    expect(stabilityIndex([60_000, 40_000], [50_000, 50_000])).toBeCloseTo(0.0405465, 4)
  })

  it('become coarser without losing a row', () => {
    expect(coarser([1, 2, 3, 4, 5], 2)).toEqual([3, 7, 5])
  })
})

describe('robust scales', () => {
  const spread = { median: 5, mad: 0, q1: 5, q3: 5, p10: 5, p90: 5, mean: 6, deviation: 2 }

  it.each([
    ['the MAD', { mad: 0.6745 }, 1],
    ['the larger of two ranges', { q3: 5 + 1.349, p90: 5 + 2 * 2.563 }, 2],
    ['the standard deviation', {}, 2],
    ['nothing', { deviation: 0 }, 0],
  ])('%s', (_, figures, deviation) => {
    expect(robustDeviation({ ...spread, ...figures })).toBeCloseTo(deviation, 9)
  })

  it('takes the logarithm only of many values that are skewed, and where all have one', () => {
    const linear = { ...spread, q1: 1, median: 2, q3: 9 }
    const log = { ...spread, q1: Math.log(1), median: Math.log(2.9), q3: Math.log(9) }
    expect(quartileSkew(linear)).toBe(0.75)
    const chosen = (count: number, logs: typeof log | null, told: 'auto' | 'linear' | 'log' = 'auto') =>
      chooseScale({ linear, log: logs }, told, count).scale
    expect([chosen(100, log), chosen(10, log), chosen(100, null), chosen(100, log, 'linear'), chosen(10, log, 'log')]).toEqual([
      'log',
      'linear',
      'linear',
      'linear',
      'log',
    ])
  })
})

describe('limits', () => {
  it.each([
    [{ min: 1 }, [1, 2], [0.9]],
    [{ above: 1 }, [1.1], [1, 0]],
    [{ max: 1, below: 3 }, [1], [1.5, 3]],
    [{ min: 2, max: 2 }, [2], [1.9, 2.1]],
  ])('%j', (bounds, inside, outside) => {
    expect([...inside, ...outside].map((value) => isWithin(value, bounds))).toEqual([
      ...inside.map(() => true),
      ...outside.map(() => false),
    ])
  })

  it.each([
    [{ min: 1, max: 5 }, 'between 1 and 5'],
    [{ min: 3, max: 3 }, 'at exactly 3'],
    [{ above: 0, max: 5 }, 'above 0 and at 5 or less'],
  ])('%j reads %s', (bounds, words) => {
    expect(inWords(bounds)).toBe(words)
  })

  it.each([[{ min: 5, max: 4 }], [{ above: 4, max: 4 }], [{ above: 4, below: 4 }]])('that nothing keeps are refused: %j', (bounds) => {
    expect(() => assertBounds('It', bounds)).toThrow('It can never lie')
  })
})
