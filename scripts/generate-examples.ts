import iconv from 'iconv-lite'
import { customersCsv } from './examples/customers.ts'
import { ordersCsv } from './examples/orders.ts'
import { writeOrCheck } from './write-or-check.ts'

/** Makes the example files anew: the same bytes on every machine. Every person in them is made up. */
const files = new Map<string, string | Uint8Array>([
  ['examples/customers.csv', customersCsv()],
  ['examples/orders.csv', iconv.encode(ordersCsv(), 'windows-1252')],
])
await writeOrCheck(files, process.argv.includes('--check'))
