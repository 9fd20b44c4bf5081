import { expect, it } from 'vitest'
import { composeMessage } from '../../../src/ops/alerts/alert-message.ts'
import { emailHtml } from '../../../src/ops/alerts/email-html.ts'
import { headline, plainText } from '../../../src/ops/alerts/message-text.ts'
import { waitingAlert } from './waiting-alert.ts'

const saying = { baseUrl: 'https://atlas.example.com', timeZone: 'Europe/Copenhagen', environment: 'production' }
const over = { state: 'recovered', ended_at: new Date('2026-11-23T09:40:00Z') } as const

it('says what, since when on the clocks of the zone, what is behind it, what to do, and where', () => {
  expect(plainText(composeMessage([waitingAlert({ downstream: { names: ['navigate.a', 'navigate.b'], total: 7 } })]), saying)).toBe(
    [
      'Critical: orders failed: The source does not answer',
      'Since Mon 23 Nov 09:12 · 3 times · source.unreachable',
      'Affects navigate.a, navigate.b and 5 more',
      'Next: Check the address and the network.',
      'https://atlas.example.com/alerts?alert=al_1',
      '',
    ].join('\n'),
  )
})

it('says that it is over, from when to when, and nothing of what to do', () => {
  const message = composeMessage([waitingAlert(over, ['opened', 'occurred', 'recovered'])])
  expect(plainText(message, { ...saying, baseUrl: null })).toBe(
    'Over: orders failed: The source does not answer\nFrom Mon 23 Nov 09:12 to Mon 23 Nov 10:40 · 3 times · source.unreachable\n',
  )
  expect(headline(message, saying)).toBe('[Atlas production] Over: orders failed: The source does not answer')
})

it('names the worst first and what is over last, and nobody by name', () => {
  const message = composeMessage([
    waitingAlert({ id: 'al_1', ...over }, ['recovered']),
    waitingAlert({ id: 'al_2', severity: 'info' }),
    waitingAlert({ id: 'al_3' }, ['opened', 'occurred']),
    waitingAlert({ id: 'al_4', severity: 'warning' }, ['reminded']),
  ])
  expect(message.items.map(({ id, change }) => [id, change])).toEqual([
    ['al_3', 'opened'],
    ['al_4', 'reminded'],
    ['al_2', 'opened'],
    ['al_1', 'recovered'],
  ])
  expect(JSON.stringify(message) + plainText(message, saying)).not.toContain('ida@example.com')
})

it('escapes what HTML would read', () => {
  const html = emailHtml(composeMessage([waitingAlert({ what: '<img src=x onerror="a">&' })]), saying)
  expect(html).toContain('&lt;img src=x onerror=&quot;a&quot;&gt;&amp;')
  expect(html).not.toContain('<img')
})
