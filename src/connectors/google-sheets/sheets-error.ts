import { z } from 'zod'
import { AtlasError } from '../../core/errors.ts'
import type { SignIn } from './sign-in.ts'

const Body = z.object({
  error: z.object({
    message: z.string().default(''),
    status: z.string().default(''),
    details: z.array(z.looseObject({ reason: z.string().optional() })).default([]),
    errors: z.array(z.looseObject({ reason: z.string().optional() })).default([]),
  }),
})

/** What an answer other than 200 says: Google's words and its names for machines. */
export interface Refusal {
  status: number
  message: string
  word: string
  reasons: string[]
}

export function readRefusal(status: number, body: unknown): Refusal {
  const parsed = Body.safeParse(body)
  if (!parsed.success) return { status, message: '', word: '', reasons: [] }
  const { message, status: word, details, errors } = parsed.data.error
  return { status, message, word, reasons: [...details, ...errors].flatMap(({ reason }) => reason ?? []) }
}

/** The error of a refusal, with what to do about it. `range` is what was asked for, where it was a range. */
export function sheetsError(refusal: Refusal, spreadsheet: string, { reader }: Pick<SignIn, 'reader'>, range?: string): AtlasError {
  const { status, message, word, reasons } = refusal
  if (status === 401) return new AtlasError('source.sign_in_failed', 'Google does not accept the access token, not even a new one.')
  if (status === 403) return forbidden(message, reasons, spreadsheet, reader)
  if (status === 404) {
    return new AtlasError('source.stream_not_found', `Google has no spreadsheet ${JSON.stringify(spreadsheet)}.`, {
      next: 'Give the address of the spreadsheet as it stands in the browser.',
    })
  }
  if (status === 429) {
    return new AtlasError('source.rate_limited', 'Google allows no more requests for now: its quota of reads per minute is used up.', {
      next: 'Run again later, lower the requests per minute of the source, or ask Google for more quota.',
    })
  }
  if (status === 504) return new AtlasError('source.timeout', 'Google did not read the sheet within its own time limit.')
  if (status === 400 && word === 'FAILED_PRECONDITION') {
    return new AtlasError('source.bad_settings', 'The file is an Office file in Google Drive, which the Sheets API does not read.', {
      next: 'Open it in Google Sheets, choose File › Save as Google Sheets, and give the address of the new file; or read it with the connector files.',
    })
  }
  if (status === 400 && /unable to parse range/i.test(message)) {
    return new AtlasError('source.stream_not_found', `The spreadsheet has no range ${range ?? message.replace(/^.*?: /, '')}.`, {
      next: 'Check the title of the tab and the range.',
    })
  }
  return new AtlasError('source.bad_status', `Google answered with status ${status}${word === '' ? '' : ` (${word})`}.`)
}

function forbidden(message: string, reasons: readonly string[], spreadsheet: string, reader: string | null): AtlasError {
  if (reasons.includes('SERVICE_DISABLED') || reasons.includes('accessNotConfigured')) {
    const address = /https:\/\/console\.(?:developers|cloud)\.google\.com\/\S+/.exec(message)?.[0]
    return new AtlasError('source.permission_denied', 'The Google Sheets API is switched off in the project of these credentials.', {
      next: `Switch it on${address === undefined ? ' in Google Cloud' : ` at ${address}`}, and wait a few minutes.`,
    })
  }
  if (reasons.includes('ACCESS_TOKEN_SCOPE_INSUFFICIENT')) {
    return new AtlasError('source.permission_denied', 'The access token does not allow spreadsheets to be read.', {
      next: 'Sign in again with the scope https://www.googleapis.com/auth/spreadsheets.readonly.',
    })
  }
  return new AtlasError(
    'source.permission_denied',
    `The spreadsheet ${JSON.stringify(spreadsheet)} is not shared with ${reader ?? 'this user'}.`,
    {
      next: `Share it with ${reader ?? 'the user who signed in'} as a viewer.`,
    },
  )
}
