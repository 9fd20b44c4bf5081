import { AtlasError, type ErrorCode } from '../../core/errors.ts'
import type { CheckPart } from '../connector.ts'
import type { Book } from './sheets-reply.ts'
import type { SheetsApi } from './sheets-api.ts'
import { listStreams } from './find-table.ts'
import type { GoogleSheetsSettings } from './sheet-settings.ts'

const PARTS: Partial<Record<ErrorCode, CheckPart['part']>> = {
  'source.refused': 'name',
  'source.tls': 'tls',
  'source.sign_in_failed': 'sign_in',
  'source.bad_settings': 'sign_in',
  'source.permission_denied': 'permission',
  'source.stream_not_found': 'object',
}

/** Signs in, opens the spreadsheet and lists its tabs; says what works, and stops at the first that does not. */
export async function checkSource(settings: GoogleSheetsSettings, open: () => SheetsApi, now: () => Date): Promise<CheckPart[]> {
  const started = now().getTime()
  let api: SheetsApi | null = null
  try {
    api = open()
    const book = await api.spreadsheet()
    const streams = listStreams(book, settings)
    const durationMs = now().getTime() - started
    return [
      { part: 'connection', ok: true, detail: `${new URL(settings.sheetsUrl).host} answers.` },
      { part: 'sign_in', ok: true, detail: 'Google accepts the credentials.' },
      { part: 'permission', ok: true, detail: 'The spreadsheet may be read.' },
      objectPart(book, streams.length, durationMs),
    ]
  } catch (error) {
    return [failedPart(error, now().getTime() - started)]
  } finally {
    await api?.close()
  }
}

function objectPart({ properties }: Book, streams: number, durationMs: number): CheckPart {
  const tabs = streams === 1 ? '1 tab' : `${streams} tabs`
  return { part: 'object', ok: streams > 0, detail: `The spreadsheet ${JSON.stringify(properties.title)} has ${tabs} to read.`, durationMs }
}

function failedPart(error: unknown, durationMs: number): CheckPart {
  if (!(error instanceof AtlasError) || error.code === 'run.cancelled') throw error
  const isOffice = error.code === 'source.bad_settings' && error.message.includes('Office file')
  const isName = error.code === 'source.unreachable' && /ENOTFOUND|EAI_AGAIN|not known|no such host/i.test(error.message)
  const part = isOffice ? 'object' : isName ? 'name' : (PARTS[error.code] ?? 'connection')
  return { part, ok: false, detail: `${error.message} ${error.next}`, durationMs }
}
