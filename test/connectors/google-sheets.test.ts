import { tmpdir } from 'node:os'
import { onTestFinished } from 'vitest'
import { googleSheets } from '../../src/connectors/google-sheets.ts'
import { connectorContract } from '../suites/connector-contract.ts'
import { openSheetsSource } from './google-sheets/sheets-source.ts'
import { shown } from '../servers/google-sheets/spreadsheet-model.ts'

connectorContract({ ...googleSheets, modes: ['replace', 'append'] }, async () => {
  const source = await openSheetsSource([
    {
      title: 'Orders',
      rows: [
        ['id', 'placed', 'amount', 'note'],
        [1, shown.dateTime(46023.5), shown.currency(12.5), 'first'],
        [2, shown.dateTime(46024), shown.currency(8), null],
        [3, shown.dateTime(46024), shown.currency(9), 'third'],
      ],
    },
  ])
  onTestFinished(() => source.close())
  const { settings, server } = source
  const key = settings.credentials.type === 'service_account' ? settings.credentials.key : ''
  return {
    settings,
    missing: { ...settings, spreadsheet: 'no-such-spreadsheet' },
    rows: 3,
    folder: tmpdir(),
    context: { source: `contract-${server.url}`, now: () => new Date(server.clock.now()) },
    append: { cursor: { column: 'placed', nulls: 'raise' } },
    secret: (JSON.parse(key) as { private_key: string }).private_key.slice(60, 120),
  }
})
