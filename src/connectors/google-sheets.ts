import { defineConnector } from './connector.ts'
import { GoogleSheetsSettings, SheetOptions } from './google-sheets/sheet-settings.ts'

export const googleSheets = defineConnector<GoogleSheetsSettings>({
  id: 'google_sheets',
  title: 'Google Sheets',
  description: 'Tabs and ranges of a Google spreadsheet, with the types that their cells have',
  settings: GoogleSheetsSettings,
  streamOptions: SheetOptions,
  modes: ['replace', 'full_append', 'append', 'merge'],
  filters: true,
  load: async () => (await import('./google-sheets/body.ts')).createGoogleSheetsBody(),
})
