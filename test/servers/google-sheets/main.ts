import { generatedSheet, sheet, shown, spreadsheet } from './spreadsheet-model.ts'
import { startSheetsServer } from './sheets-server.ts'

/**
 * Runs the server by itself: `node test/servers/google-sheets/main.ts [port] [rows] [columns]`. It prints one line of JSON with its addresses, a key file and the
 * ids of two spreadsheets: a small one, and one with as many generated cells as told. Its clock is the real one. It ends when its standard input does.
 */
const [port = 0, rows = 100_000, columns = 10] = process.argv.slice(2).map(Number)
const server = await startSheetsServer({ port, startAt: Date.now() })
const tick = setInterval(() => server.clock.advance(Date.now() - server.clock.now()), 50)
const small = spreadsheet({
  id: 'small',
  title: 'Orders',
  sheets: [
    sheet({
      title: 'Orders 2026',
      rows: [
        ['Order', 'Placed', 'Amount', 'Paid'],
        [1, shown.date(46023), shown.currency(120.5), true],
        [2, shown.date(46024), shown.currency(80), false],
      ],
    }),
    sheet({ title: 'Chart', sheetType: 'OBJECT' }),
  ],
})
const large = spreadsheet({
  id: 'large',
  sheets: [generatedSheet('Cells', rows, columns, (row, column) => (row === 0 ? `c${column + 1}` : row * columns + column))],
})
server.quota.perUser = server.quota.perProject = Infinity
for (const book of [small, large]) server.books.set(book.id, book)
const account = server.tokens.addServiceAccount('reader@atlas-tests.iam.gserviceaccount.com', server.tokenUrl)
console.log(JSON.stringify({ url: server.url, tokenUrl: server.tokenUrl, spreadsheets: ['small', 'large'], key: account.keyFile }))
process.stdin.resume()
process.stdin.on('end', () => {
  clearInterval(tick)
  void server.close()
})
