import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import type { Problem } from '../../src/contract/problem.ts'
import { Num } from '../../src/web/components/num.tsx'
import { type Measured, allRows, measured, measuredByRun } from '../../src/web/measured.ts'

const receipt = { asOf: '2026-11-23T13:00:00Z', scope: allRows(10_000), src: { kind: 'run', id: 'r_a' } } as const
const problem: Problem = {
  type: '/docs#internal',
  title: 'Atlas has a fault',
  status: 500,
  code: 'internal',
  detail: 'a fault',
  retry: false,
}

function draw(m: Measured<number>, as?: 'score'): string {
  return renderToStaticMarkup(
    <QueryClientProvider client={new QueryClient()}>
      <Num m={m} label="rows" as={as ?? 'count'} />
    </QueryClientProvider>,
  )
}
const textOf = (html: string) => html.replaceAll(/<[^>]*>/g, '')

describe('a number on a page', () => {
  const absent: [string, Measured<number>, string][] = [
    ['never measured', { s: 'never' }, 'not measured'],
    ['being measured', { s: 'pending', runId: 'r_812' }, 'being measured'],
    ['failed', { s: 'failed', error: problem }, 'could not be measured'],
    ['denied', { s: 'denied' }, 'no permission'],
  ]
  it.each(absent)('that is %s has words and no digit, tick or green', (_, m, words) => {
    const html = draw(m)
    expect(textOf(html)).toContain(words)
    expect(textOf(html)).not.toMatch(/\d|✓/)
    expect(html).not.toContain('data-mark="ok"')
    expect(html).not.toContain('text-ok')
  })

  it('keeps the last good value beside a failure, and says that it is the last known', () => {
    const html = draw({ s: 'failed', error: problem, last: measured(41, receipt) })
    expect(textOf(html)).toContain('could not be measured')
    expect(textOf(html)).toMatch(/last known 41/)
  })

  it('that was measured is a button with its value and what it is', () => {
    const html = draw(measured(0, receipt))
    expect(html).toMatch(/^<button/)
    expect(textOf(html)).toBe('0 rows')
  })

  it('never prints 100 % for less than all', () => {
    expect(textOf(draw(measured(0.999_99, receipt), 'score'))).toContain('99.9%')
  })
})

describe('a value from an answer', () => {
  it('is never measured when it is null or missing, and 0 when it is 0', () => {
    expect(measured(null, receipt).s).toBe('never')
    expect(measured(undefined, receipt).s).toBe('never')
    expect(measured(0, receipt)).toMatchObject({ s: 'ok', v: 0 })
  })

  it('is pending while its run is open, and never measured when the run ended without it', () => {
    expect(measuredByRun(null, { id: 'r_a', state: 'running' }, receipt)).toEqual({ s: 'pending', runId: 'r_a' })
    expect(measuredByRun(null, { id: 'r_a', state: 'failed' }, receipt)).toEqual({ s: 'never' })
    expect(measuredByRun(7, { id: 'r_a', state: 'running' }, receipt)).toMatchObject({ s: 'ok', v: 7 })
  })
})
