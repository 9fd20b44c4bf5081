import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import type { SMTPServerOptions } from 'smtp-server'
import { afterEach, describe, expect, it } from 'vitest'
import { composeMessage } from '../../../../src/ops/alerts/alert-message.ts'
import { email } from '../../../../src/ops/alerts/channels/email.ts'
import { ownCertificate } from '../../../support/own-certificate.ts'
import { type SmtpReceiver, startSmtpReceiver } from '../../../support/smtp-receiver.ts'
import { waitingAlert } from '../waiting-alert.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})

async function startSmtp(options: SMTPServerOptions = {}): Promise<SmtpReceiver> {
  const receiver = await startSmtpReceiver(options)
  closing.push(() => receiver.close())
  return receiver
}

const settings = (port: number, part: object = {}) =>
  email.settings.parse({
    host: '127.0.0.1',
    port,
    security: 'none',
    from: 'atlas@example.com',
    to: ['ida@example.com', 'bo@example.com'],
    ...part,
  })
const message = composeMessage([waitingAlert({ id: 'al_1' })])
const sending = (ms = 10_000) => ({
  baseUrl: 'https://atlas.example.com',
  timeZone: 'UTC',
  environment: null,
  deliveryId: 'ad_7',
  channel: 'mail',
  now: new Date('2026-11-23T08:12:00Z'),
  signal: AbortSignal.timeout(ms),
})
const failure = (sent: Promise<string>) =>
  sent.then(String, (error: { code: string; message: string }) => `${error.code}: ${error.message}`)

describe('an e-mail', () => {
  it('comes to every receiver as plain text and HTML, with the id of its delivery', async () => {
    const { port, mails } = await startSmtp({ disabledCommands: ['STARTTLS', 'AUTH'] })
    expect(await email.send(settings(port), message, sending())).toMatch(/^250/)
    const [mail] = mails
    expect(mail).toMatchObject({ from: 'atlas@example.com', to: ['ida@example.com', 'bo@example.com'] })
    expect(mail!.text).toMatch(/^Message-ID: <ad_7@atlas\.example\.com>/m)
    expect(mail!.text).toMatch(/^X-Atlas-Delivery: ad_7/m)
    expect(mail!.text).toMatch(/^Subject: \[Atlas\] Critical: orders failed: The source does not answer/m)
    expect(mail!.text).toContain('Content-Type: text/plain')
    expect(mail!.text).toContain('Content-Type: text/html')
  })

  it('signs in, and says so when user or password are refused, without the password', async () => {
    const onAuth: SMTPServerOptions['onAuth'] = (auth, _session, done) =>
      auth.username === 'atlas' && auth.password === 'right-password' ? done(null, { user: 'atlas' }) : done(new Error('no'))
    const { port, mails } = await startSmtp({ authOptional: false, allowInsecureAuth: true, disabledCommands: ['STARTTLS'], onAuth })
    await email.send(settings(port, { user: 'atlas', password: 'right-password' }), message, sending())
    expect(mails).toHaveLength(1)
    const refused = await failure(email.send(settings(port, { user: 'atlas', password: 'wrong-password' }), message, sending()))
    expect(refused).toBe('alert.not_delivered: 127.0.0.1 refused the user or the password (535).')
    expect(mails).toHaveLength(1)
  })

  it.each([
    ['tls', { secure: true }],
    ['starttls', {}],
  ] as const)('over %s goes to no server whose certificate nobody vouches for', async (security, options) => {
    const { port, mails } = await startSmtp(options)
    expect(await failure(email.send(settings(port, { security }), message, sending()))).toMatch(/^alert\.not_delivered: .*certificate/)
    expect(mails).toEqual([])
  })

  it.each([
    ['tls', { secure: true }],
    ['starttls', {}],
  ] as const)('over %s goes to a server that your own authority vouches for', async (security, options) => {
    const { key, cert } = await ownCertificate()
    const { port, mails } = await startSmtp({ ...options, key, cert })
    expect(await email.send(settings(port, { security, ca: cert }), message, sending())).toMatch(/^250/)
    expect(mails).toHaveLength(1)
  })

  it('goes to no server in the clear that was to be asked for TLS', async () => {
    const { port, mails } = await startSmtp({ disabledCommands: ['STARTTLS'] })
    expect(await failure(email.send(settings(port, { security: 'starttls' }), message, sending()))).toMatch(/^alert\.not_delivered/)
    expect(mails).toEqual([])
  })

  it('says that a receiver is refused', async () => {
    const { port } = await startSmtp({
      disabledCommands: ['STARTTLS'],
      onRcptTo: (_address, _session, done) => done(new Error('no such user')),
    })
    expect(await failure(email.send(settings(port), message, sending()))).toMatch(/refused the sender or a receiver \(550\)/)
  })
})

describe('an SMTP server', () => {
  it('that is down is named with its port', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    expect(await failure(email.send(settings(port), message, sending()))).toBe(
      `alert.not_delivered: 127.0.0.1:${port} cannot be reached: ECONNREFUSED.`,
    )
  })

  it('that says nothing is given up in time', async () => {
    const sockets: Socket[] = []
    const server = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    closing.push(async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    })
    const { port } = server.address() as AddressInfo
    expect(await failure(email.send(settings(port), message, sending(700)))).toBe('alert.not_delivered: 127.0.0.1 did not answer in time.')
  })

  it('at a metadata address is refused', async () => {
    expect(await failure(email.send({ ...settings(25), host: '169.254.169.254' }, message, sending()))).toMatch(/^source\.refused/)
    expect(await failure(email.send({ ...settings(25), host: '[::ffff:169.254.169.254]' }, message, sending()))).toMatch(/^source\.refused/)
  })
})
