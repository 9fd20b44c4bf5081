import { AtlasError } from '../../core/errors.ts'
import type { CheckPart } from '../connector.ts'
import type { SalesforceSettings } from './settings.ts'
import { listObjects } from './describe.ts'
import type { Session } from './session.ts'

/** Signs in, asks for the limits and lists the objects; stops at the first that fails. */
export async function checkOrganisation(session: Session, settings: SalesforceSettings): Promise<CheckPart[]> {
  const parts: CheckPart[] = []
  try {
    await session.json({ path: '/limits' })
    const usage = session.usage()
    parts.push({ part: 'connection', ok: true, detail: `${new URL(settings.loginUrl).host} and the instance answer` })
    parts.push({ part: 'sign_in', ok: true, detail: 'The credentials are accepted' })
    parts.push({
      part: 'permission',
      ok: true,
      detail: usage === null ? 'The API may be used' : `The API may be used; ${usage.used} of ${usage.max} calls of the day are`,
    })
    const objects = await listObjects(session)
    const readable = objects.filter(({ queryable }) => queryable).length
    parts.push({ part: 'object', ok: readable > 0, detail: `${readable} of ${objects.length} objects can be queried` })
    return parts
  } catch (error) {
    if (!(error instanceof AtlasError) || error.code === 'run.cancelled') throw error
    return [...parts, { part: failedPart(error), ok: false, detail: `${error.message} ${error.next}` }]
  }
}

function failedPart({ code, message }: AtlasError): CheckPart['part'] {
  if (code === 'source.sign_in_failed' || code === 'source.bad_settings') return 'sign_in'
  if (code === 'source.tls') return 'tls'
  if (code === 'source.permission_denied' || code === 'source.rate_limited') return 'permission'
  if (code === 'source.unreachable' && /ENOTFOUND|EAI_AGAIN|look|name/i.test(message)) return 'name'
  return code === 'source.stream_not_found' ? 'object' : 'connection'
}
