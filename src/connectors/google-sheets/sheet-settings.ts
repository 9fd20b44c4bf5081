import { z } from 'zod'

const address = (title: string, usual: string) =>
  z
    .url({ protocol: /^https?$/ })
    .default(usual)
    .meta({ title, description: 'Google’s own unless told', destination: true })

const ServiceAccount = z
  .strictObject({
    type: z.literal('service_account').meta({ title: 'Kind' }),
    key: z.string().min(1).meta({
      title: 'Key file',
      description: 'The whole JSON file that Google Cloud gives out for a key of the service account',
      secret: true,
      multiline: true,
    }),
  })
  .meta({ title: 'Service account' })

const AuthorizedUser = z
  .strictObject({
    type: z.literal('authorized_user').meta({ title: 'Kind' }),
    clientId: z.string().min(1).meta({ title: 'Client id', description: 'Of the OAuth client the person agreed to' }),
    clientSecret: z.string().min(1).meta({ title: 'Client secret', secret: true }),
    refreshToken: z.string().min(1).meta({ title: 'Refresh token', secret: true }),
  })
  .meta({ title: 'Person (OAuth)' })

export const GoogleSheetsSettings = z.strictObject({
  spreadsheet: z
    .string()
    .min(1)
    .meta({
      title: 'Spreadsheet',
      description: 'Its address in the browser, or the id in it',
      examples: ['https://docs.google.com/spreadsheets/d/1hXo…/edit'],
    }),
  credentials: z
    .discriminatedUnion('type', [ServiceAccount, AuthorizedUser])
    .meta({ title: 'Sign-in', description: 'A service account that the spreadsheet is shared with, or a person who may see it' }),
  tabs: z.array(z.string().min(1)).min(1).optional().meta({ title: 'Tabs', description: 'Titles of the tabs to offer; all unless told' }),
  namedRanges: z.boolean().default(false).meta({
    title: 'Offer named ranges',
    description: 'Named ranges are streams beside the tabs; a stream named like a range is found without it too',
  }),
  timeZone: z
    .string()
    .min(1)
    .refine(isTimeZone, 'a time zone such as Europe/Copenhagen, or sheet')
    .optional()
    .meta({
      title: 'Time zone',
      description:
        'Dates with a time are kept as the sheet shows them, without a zone. With a zone here they become instants; `sheet` takes the spreadsheet’s own zone.',
      examples: ['sheet', 'Europe/Copenhagen'],
    }),
  checkVersion: z.boolean().default(false).meta({
    title: 'Ask Drive for the version',
    description:
      'Detects every edit made while reading by the version that Google Drive keeps. Needs the Drive API and one scope more (drive.metadata.readonly); without it rows are read a second time in one column.',
  }),
  requestsPerMinute: z
    .int()
    .min(1)
    .max(6000)
    .default(55)
    .meta({ title: 'Requests per minute', description: 'Google allows 60 per minute and user unless it was raised' }),
  quotaWaitS: z
    .int()
    .min(10)
    .max(3600)
    .default(95)
    .meta({ title: 'Longest wait for quota (s)', description: 'How long one request waits, all tries together, when Google says 429' }),
  sheetsUrl: address('Address of the Sheets API', 'https://sheets.googleapis.com'),
  driveUrl: address('Address of the Drive API', 'https://www.googleapis.com'),
  tokenUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({
      title: 'Address of the token endpoint',
      description: 'The one in the key file, or Google’s own (https://oauth2.googleapis.com/token), unless told',
      destination: true,
    }),
})
export type GoogleSheetsSettings = z.infer<typeof GoogleSheetsSettings>

export const SheetOptions = z.strictObject({
  range: z
    .string()
    .min(1)
    .optional()
    .meta({
      title: 'Range',
      description: 'Part of the tab in A1 notation, or a named range; the whole tab unless told',
      examples: ['A3:F200', 'H:K'],
    }),
  headerRow: z.int().min(0).optional().meta({
    title: 'Header row',
    description: 'Row number of the names as the sheet counts; 0: there are none. The first row with a value unless told',
  }),
  fillMerged: z.boolean().default(false).meta({
    title: 'Fill merged cells down',
    description: 'Gives the value of a merged cell to all its rows; only its first row has it otherwise',
  }),
  keepEmptyRows: z
    .boolean()
    .default(false)
    .meta({ title: 'Keep empty rows', description: 'Rows without a value between others are kept; they are skipped otherwise' }),
  textColumns: z.array(z.string().min(1)).default([]).meta({
    title: 'Columns as shown',
    description: 'Read as the text on the screen (leading zeros, long numbers); names as in the header',
  }),
})
export type SheetOptions = z.infer<typeof SheetOptions>

function isTimeZone(name: string): boolean {
  if (name === 'sheet') return true
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
