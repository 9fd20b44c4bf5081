import { expect, it } from 'vitest'
import { composeMessage } from '../../../../src/ops/alerts/alert-message.ts'
import { slack, slackPayload } from '../../../../src/ops/alerts/channels/slack.ts'
import { startReceiver } from '../../../support/alert-receiver.ts'
import { waitingAlert } from '../waiting-alert.ts'

const saying = { baseUrl: 'https://atlas.example.com', timeZone: 'Europe/Copenhagen', environment: null }

it('a message has a text for notifications and a block for each alert, with its link', () => {
  const payload = slackPayload(composeMessage([waitingAlert({ id: 'al_1', what: 'orders failed: <!channel> & more' })]), saying)
  expect(payload).toEqual({
    text: '[Atlas] Critical: orders failed: &lt;!channel&gt; &amp; more',
    blocks: [
      {
        type: 'section',
        text: {
          type: 'mrkdwn',
          text: [
            '*critical: orders failed: &lt;!channel&gt; &amp; more*',
            'Since Mon 23 Nov 09:12 · 3 times · source.unreachable',
            'Affects navigate.revenue',
            'Next: Check the address and the network.',
            '<https://atlas.example.com/alerts?alert=al_1|Open in Atlas>',
          ].join('\n'),
        },
      },
    ],
  })
})

it('more alerts than are shown are a number below', () => {
  const many = Array.from({ length: 47 }, (_, n) => waitingAlert({ id: `al_${n}` }))
  const payload = slackPayload(composeMessage(many), saying)
  expect(payload.blocks).toHaveLength(11)
  expect(payload.blocks.at(-1)).toEqual({ type: 'context', elements: [{ type: 'mrkdwn', text: 'and 37 more' }] })
  expect(payload.text).toBe('[Atlas] Critical: orders failed: The source does not answer and 46 more')
})

it('an address that is refused is named by its host alone: the rest is a secret', async () => {
  const target = await startReceiver((response) => void response.writeHead(404).end('no_team'))
  const url = target.url.replace('/hook', '/services/T000/B000/very-secret')
  const sending = { ...saying, deliveryId: 'ad_1', channel: 'team', now: new Date(), signal: AbortSignal.timeout(10_000) }
  const failed = await slack.send({ url }, composeMessage([waitingAlert({})]), sending).catch((error: Error) => error.message)
  await target.close()
  expect(failed).toContain('answered 404 no_team')
  expect(failed).not.toContain('very-secret')
  expect(JSON.parse(target.received[0]!.body)).toHaveProperty('blocks')
})
