import { connect, isIP, type Socket } from 'node:net'
import { createTransport } from 'nodemailer'
import { z } from 'zod'
import { guardedLookup } from '../../../connectors/http/address-guard.ts'
import { isRefusedAddress } from '../../../connectors/files/address.ts'
import { AtlasError } from '../../../core/errors.ts'
import { defineChannel, type Sending } from '../channel.ts'
import { emailHtml } from '../email-html.ts'
import { headline, plainText } from '../message-text.ts'
import { NotDelivered } from '../post-json.ts'

const Address = z.email().max(320)

const EmailSettings = z.strictObject({
  host: z
    .string()
    .min(1)
    .max(253)
    .meta({ title: 'SMTP server', destination: true, examples: ['smtp.example.com'] }),
  port: z.int().min(1).max(65_535).default(587).meta({ title: 'Port', destination: true }),
  security: z.enum(['starttls', 'tls', 'none']).default('starttls').meta({
    title: 'Security',
    destination: true,
    description: 'starttls: required after connecting, mostly port 587. tls: from the start, mostly port 465. none: in the clear',
  }),
  user: z.string().min(1).max(320).optional().meta({ title: 'User', description: 'Left out where the server asks for none' }),
  password: z.string().min(1).max(1000).optional().meta({ title: 'Password', secret: true }),
  from: Address.meta({ title: 'From', examples: ['atlas@example.com'] }),
  to: z.array(Address).min(1).max(50).meta({ title: 'To' }),
  ca: z
    .string()
    .max(100_000)
    .optional()
    .meta({ title: 'Certificate of your authority', description: 'PEM; the known authorities unless given', multiline: true }),
})

export const email = defineChannel({
  id: 'email',
  title: 'E-mail',
  description: 'Sends by SMTP, as plain text and HTML.',
  settings: EmailSettings,
  send: async (settings, message, sending) => {
    const socket = await open(settings.host, settings.port, sending.signal)
    const stop = (): void => void socket.destroy()
    sending.signal.addEventListener('abort', stop, { once: true })
    try {
      const info = await transport(settings, socket).sendMail({
        from: settings.from,
        to: settings.to,
        subject: headline(message, sending),
        text: plainText(message, sending),
        html: emailHtml(message, sending),
        messageId: `<${sending.deliveryId}@atlas.${settings.from.split('@').at(-1) ?? 'local'}>`,
        headers: { 'X-Atlas-Delivery': sending.deliveryId, 'Auto-Submitted': 'auto-generated' },
        date: sending.now,
      })
      return String(info.response).slice(0, 200)
    } catch (error) {
      throw notSent(error, settings.host, sending)
    } finally {
      sending.signal.removeEventListener('abort', stop)
      socket.destroy()
    }
  },
})

/** A connection to the very address that was checked. */
function open(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  if (isRefusedAddress(host)) throw new AtlasError('source.refused', `${host} is a link-local or metadata address.`)
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, lookup: guardedLookup, signal })
    socket.once('connect', () => resolve(socket))
    socket.once('error', (error: NodeJS.ErrnoException) =>
      reject(error instanceof AtlasError ? error : unreachable(error, host, port, signal)),
    )
  })
}

function unreachable(error: NodeJS.ErrnoException, host: string, port: number, signal: AbortSignal): AtlasError {
  if (signal.aborted) return new NotDelivered(`${host} did not answer in time.`, { cause: error })
  return new NotDelivered(`${host}:${port} cannot be reached: ${error.code ?? 'the connection broke'}.`, { cause: error })
}

function transport(settings: z.output<typeof EmailSettings>, connection: Socket) {
  const { host, port, security, user, password, ca } = settings
  return createTransport({
    host,
    port,
    connection,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: { ...(isIP(host) > 0 ? {} : { servername: host }), ...(ca === undefined ? {} : { ca }) },
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    greetingTimeout: 10_000,
    socketTimeout: 10_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

/** What the server said, without what was sent to it. */
function notSent(error: unknown, host: string, { signal }: Sending): AtlasError {
  if (error instanceof AtlasError) return error
  if (signal.aborted) return new NotDelivered(`${host} did not answer in time.`, { cause: error })
  const { code, responseCode } = error as { code?: string; responseCode?: number }
  const status = responseCode === undefined ? '' : ` (${responseCode})`
  if (code === 'EAUTH') return new NotDelivered(`${host} refused the user or the password${status}.`, { cause: error })
  if (code === 'ETLS' || code === 'ESOCKET')
    return new NotDelivered(`The connection to ${host} broke, or its certificate is not trusted.`, { cause: error })
  if (code === 'EENVELOPE') return new NotDelivered(`${host} refused the sender or a receiver${status}.`, { cause: error })
  return new NotDelivered(`${host} did not take the message: ${code ?? 'unknown'}${status}.`, { cause: error })
}
