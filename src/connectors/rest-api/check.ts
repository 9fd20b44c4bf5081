import { AtlasError } from '../../core/errors.ts'
import type { CheckPart, ReadContext } from '../connector.ts'
import { failedPart } from '../http/wire-error.ts'
import { streamsOf } from './find-stream.ts'
import { readFirstPage } from './first-page.ts'
import { openSession, type RestSession } from './session.ts'
import type { RestApiSettings } from './settings.ts'

const PARTS = ['name', 'connection', 'tls', 'sign_in', 'permission', 'object'] as const
const FINE: Record<(typeof PARTS)[number], string> = {
  name: 'The host is known.',
  connection: 'The host answers.',
  tls: 'The certificate is accepted.',
  sign_in: 'The credentials are accepted.',
  permission: 'The first stream may be read.',
  object: 'The first stream gives records as expected.',
}

/** Asks for a token and the first page of the first stream, once each, and says how far that went. Throws only when it is cancelled. */
export async function checkSource(settings: RestApiSettings, context: ReadContext): Promise<CheckPart[]> {
  const session = openSession(settings, context, 1)
  const started = context.now().getTime()
  const parts = PARTS.filter((part) => part !== 'tls' || settings.url.startsWith('https:'))
  try {
    const detail = await tryFirstStream(session)
    const durationMs = context.now().getTime() - started
    return parts.map((part) => ({ part, ok: true, detail: part === 'object' ? detail : FINE[part], durationMs }))
  } catch (error) {
    if (!(error instanceof AtlasError) || error.code === 'run.cancelled') throw error
    const failed = failedPart(error)
    const durationMs = context.now().getTime() - started
    const before = parts
      .slice(
        0,
        Math.max(
          0,
          parts.findIndex((part) => part === failed),
        ),
      )
      .map((part) => ({ part, ok: true, detail: FINE[part] }))
    return [...before, { part: failed, ok: false, detail: `${error.message} ${error.next}`, durationMs }]
  } finally {
    await session.close()
  }
}

async function tryFirstStream(session: RestSession): Promise<string> {
  await session.signIn()
  const streams = await streamsOf(session)
  const [first] = streams
  if (first === undefined) {
    await session.send({ url: session.settings.url, accept: (status) => status < 500 && status !== 401 && status !== 403 })
    return 'The address answers. No stream is set yet.'
  }
  const { lines } = await readFirstPage(session, first, streams, 1)
  return lines.length === 0 ? `The stream ${first.name} answers, without a record.` : FINE.object
}
