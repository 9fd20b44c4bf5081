import { describe, expect, it } from 'vitest'
import type { LogLine, Step } from '../../src/contract/runs.ts'
import { linesOf } from '../../src/web/pages/run/log-lines.ts'

const step = (name: Step['name'], more: Partial<Step> = {}): Step => ({
  stream: 'orders',
  name,
  state: 'succeeded',
  startedAt: '2026-11-23T06:00:00.000Z',
  finishedAt: '2026-11-23T06:00:02.000Z',
  rowsIn: null,
  rowsOut: null,
  bytes: null,
  note: null,
  ...more,
})
const written = (message: string, more: Partial<LogLine> = {}): LogLine => ({
  id: 1,
  at: '2026-11-23T06:00:01.000Z',
  level: 'info',
  stream: 'orders',
  step: 'extract',
  message,
  ...more,
})

describe('the log of a run', () => {
  it('tells the end of each step with its time, rows and note, between the lines that the run wrote', () => {
    const lines = linesOf(
      [step('extract', { rowsOut: 300, note: 'From one file.' })],
      [written('The text is windows-1252.', { level: 'warn' })],
    )
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ['warn', 'The text is windows-1252.'],
      ['info', 'orders: succeeded in 2 s, 300 rows. From one file.'],
    ])
  })

  it('tells the end of a step before the start of the next in the same millisecond', () => {
    const at = '2026-11-23T06:00:02.000Z'
    const steps = [step('extract'), step('land', { startedAt: at, finishedAt: '2026-11-23T06:00:03.000Z' })]
    const lines = linesOf(steps, [written('land starts', { at, step: 'land' })])
    expect(lines.map((line) => line.message)).toEqual(['orders: succeeded in 2 s.', 'land starts', 'orders: succeeded in 1 s.'])
  })

  it('says nothing of steps that wait, work or were skipped', () => {
    const open = { finishedAt: null }
    expect(
      linesOf(
        [step('land', { ...open, state: 'waiting' }), step('check', { ...open, state: 'running' }), step('publish', { state: 'skipped' })],
        [],
      ),
    ).toEqual([])
  })

  it('tells a failure once, in the words that the run wrote', () => {
    const failed = step('plan', { state: 'failed', note: 'a.csv does not exist.' })
    const error = written('file.not_found: a.csv does not exist.', { level: 'error', step: 'plan' })
    expect(linesOf([failed], [error]).map(({ message }) => message)).toEqual(['file.not_found: a.csv does not exist.'])
    expect(linesOf([failed], []).map(({ level, message }) => [level, message])).toEqual([
      ['error', 'orders: failed in 2 s. a.csv does not exist.'],
    ])
  })
})
