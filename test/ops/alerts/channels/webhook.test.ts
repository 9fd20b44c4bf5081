import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { testMessage } from '../../../../src/ops/alerts/alert-message.ts'
import { signatureOf, webhook } from '../../../../src/ops/alerts/channels/webhook.ts'
import { startReceiver } from '../../../support/alert-receiver.ts'

const SECRET = 'a secret of enough letters'
const NOW = new Date('2026-11-23T08:12:00Z')

const sending = {
  baseUrl: 'https://atlas.example.com',
  timeZone: 'UTC',
  environment: 'production',
  deliveryId: 'ad_1',
  channel: 'hook',
  now: NOW,
  signal: AbortSignal.timeout(10_000),
}

type Verify = (secret: string, headers: Record<string, string>, body: string, nowMs: number) => boolean

/** The example in the docs, as a receiver would run it. */
async function documented(): Promise<Verify> {
  const docs = await readFile(new URL('../../../../docs/alerts.md', import.meta.url), 'utf8')
  const code = /```js\n([\s\S]*?)```/.exec(docs)![1]!
  return ((await import(`data:text/javascript,${encodeURIComponent(code)}`)) as { isFromAtlas: Verify }).isFromAtlas
}

it('a webhook is signed so that the example in the docs takes it, and refuses it changed, with another secret, or late', async () => {
  const target = await startReceiver()
  expect(await webhook.send({ url: target.url, secret: SECRET }, testMessage(NOW), sending)).toBe('200 ok')
  await target.close()
  const [{ headers, body }] = target.received as [{ headers: Record<string, string>; body: string }]
  expect(headers).toMatchObject({ 'content-type': 'application/json', 'x-atlas-delivery': 'ad_1', 'x-atlas-timestamp': '1795421520' })
  const verify = await documented()
  const at = NOW.getTime()
  expect(verify(SECRET, headers, body, at)).toBe(true)
  expect(verify(SECRET, headers, body, at + 299_000)).toBe(true)
  expect(verify(SECRET, headers, body, at + 301_000)).toBe(false)
  expect(verify('another secret of enough', headers, body, at)).toBe(false)
  expect(verify(SECRET, headers, body.replace('nothing is wrong', 'all is wrong'), at)).toBe(false)
  expect(verify(SECRET, { ...headers, 'x-atlas-timestamp': '1795421521' }, body, at)).toBe(false)
  expect(verify(SECRET, { ...headers, 'x-atlas-signature': 'v1=00' }, body, at)).toBe(false)
  expect(JSON.parse(body)).toMatchObject({ version: 1, delivery: 'ad_1', channel: 'hook', environment: 'production', test: true, more: 0 })
})

it('the signature is HMAC-SHA-256 of timestamp, dot and body: the value that openssl gives', () => {
  // printf '1795421520.{}' | openssl dgst -sha256 -hmac 'sixteen letters!'
  expect(signatureOf('sixteen letters!', '1795421520', '{}')).toBe('29a66ccd807b01f1c8cd4120104ba8a91af1ca987d3b69e56243937c1d671bd1')
})

it('an answer longer than a line is cut, and control characters are left out', async () => {
  const target = await startReceiver((response) => void response.end(`a\u0007\n b${'x'.repeat(100_000)}`))
  const answer = await webhook.send({ url: target.url, secret: SECRET }, testMessage(NOW), sending)
  await target.close()
  expect(answer).toMatch(/^200 a bx+…$/)
  expect(answer.length).toBeLessThan(220)
})
