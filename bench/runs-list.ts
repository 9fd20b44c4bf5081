import { performance } from 'node:perf_hooks'
import { countRuns, listRuns } from '../src/store/run-queries.ts'
import { openHome } from '../src/store/home.ts'
import { openStore } from '../src/store/open-store.ts'
import { acquireHome } from '../src/store/owner-lock.ts'
import { insertManyRuns, LIST_QUESTIONS } from '../test/support/many-runs.ts'
import type { Benchmark } from './support/benchmark.ts'
import { quantile } from './support/quantile.ts'
import { withTemporaryHome } from './support/temporary-home.ts'

const TIMES = 15

/** How long a list of 1,000,000 runs takes in Postgres, by what is asked for, and how long a count by state does. */
export const benchmark: Benchmark = (_args, log) =>
  withTemporaryHome(async (folder) => {
    const home = await openHome(folder)
    const ownership = await acquireHome(home, { command: 'bench runs-list' })
    const store = await openStore(home)
    try {
      const began = performance.now()
      await insertManyRuns(store.db, 1_000_000)
      log(`1,000,000 runs are in the store after ${Math.round((performance.now() - began) / 1000)} s`)
      const medians: [string, number][] = []
      for (const [what, query] of Object.entries(LIST_QUESTIONS))
        medians.push([what, await median(() => listRuns(store.db, { ...query, limit: 50 }))])
      medians.push(['count by state', await median(() => countRuns(store.db, {}))])
      medians.push(['count by state of a pipeline', await median(() => countRuns(store.db, { pipeline: 'pipeline_017' }))])
      medians.push([
        'count by state of a day',
        await median(() => countRuns(store.db, { from: '2025-06-01T00:00:00Z', to: '2025-06-02T00:00:00Z' })),
      ])
      for (const [what, ms] of medians) log(`${ms.toFixed(1).padStart(8)} ms  ${what}`)
      return { runs: 1_000_000, questions: medians.length, slowestMedianMs: Number(Math.max(...medians.map(([, ms]) => ms)).toFixed(1)) }
    } finally {
      await store.close()
      await ownership.release()
    }
  })

async function median(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let time = 0; time < TIMES; time += 1) {
    const from = performance.now()
    await work()
    times.push(performance.now() - from)
  }
  return quantile(times, 0.5)
}
