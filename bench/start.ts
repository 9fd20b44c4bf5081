import type { Benchmark } from './support/benchmark.ts'
import { startPlatform } from './support/platform-process.ts'
import { quantile } from './support/quantile.ts'
import { withTemporaryHome } from './support/temporary-home.ts'

/** Seconds from the command to the first answer, on a fresh home and on one that is there: medians of `--runs` (default 5) starts. */
export const benchmark: Benchmark = async (args, log) => {
  const runs = Number(args[args.indexOf('--runs') + 1] ?? 5) || 5
  const fresh: number[] = []
  const existing: number[] = []
  for (let run = 1; run <= runs; run++) {
    await withTemporaryHome(async (home) => {
      fresh.push(await timeStart(home))
      existing.push(await timeStart(home))
    })
    log(`run ${run} of ${runs}: fresh ${fresh.at(-1)?.toFixed(0)} ms, existing ${existing.at(-1)?.toFixed(0)} ms`)
  }
  return { readyMs: Math.round(quantile(existing, 0.5)), freshReadyMs: Math.round(quantile(fresh, 0.5)) }
}

async function timeStart(home: string): Promise<number> {
  const platform = await startPlatform(home)
  await platform.stop()
  return platform.readyMs
}
