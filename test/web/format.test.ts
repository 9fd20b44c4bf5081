import { describe, expect, it } from 'vitest'
import { formatBytes } from '../../src/web/format/bytes.ts'
import { formatCompact, formatCount } from '../../src/web/format/count.ts'
import { formatDuration } from '../../src/web/format/duration.ts'
import { formatAsOf, formatLocal, formatRelative, formatTick, zoneName } from '../../src/web/format/instant.ts'
import { formatFailRate, formatFailShare, formatPassRate, formatScore } from '../../src/web/format/percent.ts'

/** Intl puts no-break spaces where a person sees a space. */
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ')

describe('percent rounds against you', () => {
  it.each([
    [0, '0%'],
    [0.000_032, '<0.1%'],
    [0.01, '1.0%'],
    [2 / 199, '1.1%'],
    [0.9999, '>99.9%'],
    [1, '100%'],
  ])('a share of failing rows of %d is %s', (share, text) => {
    expect(plain(formatFailShare(share, 'en'))).toBe(text)
  })

  it.each([
    [10_000, 10_000, '100%'],
    [9_999, 10_000, '99.9%'],
    [9_496, 10_000, '94.9%'],
    [949_999, 1_000_000, '94.9%'],
    [0, 10_000, '0%'],
    [1, 10_000, '<0.1%'],
    [1, 1_000, '0.1%'],
    [0, 0, '—'],
    [Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER, '99.9%'],
  ])('%i of %i passed reads %3$s', (passed, all, text) => {
    expect(formatPassRate(passed, all, 'en-GB')).toBe(text)
  })

  it.each([
    [0, 10_000, '0%'],
    [1, 10_000, '<0.1%'],
    [11, 10_000, '0.2%'],
    [10, 10_000, '0.1%'],
    [9_999, 10_000, '>99.9%'],
    [10_000, 10_000, '100%'],
    [0, 0, '—'],
  ])('%i of %i failed reads %3$s', (failed, all, text) => {
    expect(formatFailRate(failed, all, 'en-GB')).toBe(text)
  })

  it.each([
    [1, '100%'],
    [0.999_999_999_9, '99.9%'],
    [0.57, '57.0%'],
    [0.9871, '98.7%'],
    [0.0001, '<0.1%'],
    [0, '0%'],
  ])('a score of %d reads %s', (score, text) => {
    expect(formatScore(score, 'en-GB')).toBe(text)
  })

  it('follows the viewer’s locale', () => {
    expect(plain(formatPassRate(949, 1_000, 'da-DK'))).toBe('94,9 %')
    expect(plain(formatCount(1_204_551, 'da-DK'))).toBe('1.204.551')
  })
})

describe('numbers', () => {
  it('writes counts in full beyond 2^53', () => {
    expect(formatCount(9_007_199_254_740_993n, 'en-GB')).toBe('9,007,199,254,740,993')
  })

  it('writes compact counts for axes', () => {
    expect(formatCompact(1_204_551, 'en-US')).toBe('1.2M')
  })

  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [18_402_118, '18.4 MB'],
    [184_402_118, '184 MB'],
    [5_000_000_000, '5 GB'],
  ])('%i bytes read %s', (bytes, text) => {
    expect(plain(formatBytes(bytes, 'en-GB'))).toBe(text.replace(/ (\w+)$/, ' $1').replace('MB', 'MB'))
  })

  it.each([
    [840, '840 ms'],
    [12_400, '12.4 s'],
    [59_999, '59.9 s'],
    [252_000, '4 min 12 s'],
    [11_100_000, '3 h 05 min'],
    [187_200_000, '2 d 4 h'],
  ])('%i ms read %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })
})

describe('time', () => {
  const now = Date.UTC(2026, 10, 23, 13, 0, 0)

  it.each([
    [0, 'just now'],
    [45_000, '45 s ago'],
    [12 * 60_000, '12 min ago'],
    [3 * 3_600_000, '3 h ago'],
    [6 * 86_400_000, '6 d ago'],
    [8 * 86_400_000, '15 Nov 2026'],
    [-5_000, 'just now'],
    [-42_000, 'in 42 s'],
    [-150_000, 'in 2 min'],
    [-8 * 86_400_000, '1 Dec 2026'],
  ])('%i ms ago reads %s', (age, text) => {
    expect(formatRelative(now - age, now, 'Europe/Copenhagen', 'en-GB')).toBe(text)
  })

  it.each([
    ['Europe/Copenhagen', '14:00:00', 'Copenhagen'],
    ['UTC', '13:00:00', 'UTC'],
    ['America/Los_Angeles', '05:00:00', 'Los Angeles'],
  ])('shows one instant in %s at %s, whatever the browser’s zone', (zone, clock, name) => {
    expect(formatAsOf(now, now, zone, 'en-GB')).toBe(clock)
    expect(formatLocal(now, zone, 'en-GB')).toContain(clock)
    expect(zoneName(zone)).toBe(name)
  })

  it.each([
    [300_000, false, '14:00:00'],
    [86_400_000, false, '14:00'],
    [86_400_000, true, '23 Nov, 14:00'],
    [7 * 86_400_000, false, '23 Nov, 14:00'],
  ])('on an axis of %i ms, the first place being %s, reads %s', (span, isFirst, text) => {
    expect(formatTick(now, span, isFirst, 'Europe/Copenhagen', 'en-GB')).toBe(text)
  })

  it('names the day when it is not today', () => {
    expect(formatAsOf(now - 86_400_000, now, 'UTC', 'en-GB')).toBe('22 Nov, 13:00')
  })
})
