import path from 'node:path'
import { openDatabase } from '../../../src/store/database.ts'
import { openRunPlatform } from '../../support/run-platform.ts'
import { replayRows } from '../../support/replay-rows.ts'

/**
 * Replays the first row of the newest batch of a dataset with another amount, and kills itself, as `kill -9` does, at the moment named: `<step> <state>`.
 * Arguments: database address, folder, and JSON of `{ dataset, moment }`.
 */
const [url = '', folder = '', text = ''] = process.argv.slice(2)
const { dataset, moment } = JSON.parse(text) as { dataset: string; moment: string }
const { db, pool } = openDatabase({ url }, { poolSize: 5 })
const database = { url, db, pool, drop: () => Promise.resolve() }
const platform = await openRunPlatform(database, path.resolve(folder), [], 0)
platform.events.subscribe((event) => {
  const now = event.kind === 'step' ? `${event.step.name} ${event.step.state}` : event.kind === 'run' ? `run ${event.run.state}` : ''
  if (now === moment) process.kill(process.pid, 'SIGKILL')
})
await replayRows({ database, platform }, dataset, [1], { edits: [{ batch: '', row: 1, cells: { amount: '6' } }] })
process.exit(0)
