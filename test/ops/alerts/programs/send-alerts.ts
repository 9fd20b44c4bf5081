import { randomBytes } from 'node:crypto'
import { formDeliveries, sendDue } from '../../../../src/ops/alerts/deliver-alerts.ts'
import { openDatabase } from '../../../../src/store/database.ts'

/** Sends what waits in the database of the first argument, again and again until it is killed. */
const { db } = openDatabase({ url: process.argv[2]! }, { poolSize: 4 })
const options = {
  db,
  random: (bytes: number) => randomBytes(bytes),
  secrets: { openSettings: async (settings: Record<string, unknown>) => settings },
  baseUrl: null,
  timeZone: 'UTC',
  environment: null,
  timeoutMs: 1000,
  onError: (error: unknown) => console.error(error),
}
console.log('ready')
for (;;) {
  await formDeliveries(options)
  await sendDue(options)
  await new Promise((resolve) => setTimeout(resolve, 20))
}
