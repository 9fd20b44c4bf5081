import { spawnSync } from 'node:child_process'
import type { Benchmark } from './support/benchmark.ts'
import { startPlatform } from './support/platform-process.ts'
import { quantile } from './support/quantile.ts'
import { withTemporaryHome } from './support/temporary-home.ts'

/**
 * Milliseconds from the command to the first 200 of /health/ready, on a fresh home and on one that is there: medians of `--runs` (default 5)
 * starts. The yardstick is a bare `node -e 0` in the same run: about 30 ms on a machine with nothing else to do.
 */
export const benchmark: Benchmark = async (args, log) => {
  const runs = args.includes('--runs') ? Number(args[args.indexOf('--runs') + 1]) : 5
  const fresh: number[] = []
  const existing: number[] = []
  const bare: number[] = []
  for (let run = 1; run <= runs; run++) {
    await withTemporaryHome(async (home) => {
      fresh.push(await timeStart(home))
      existing.push(await timeStart(home))
    })
    bare.push(timeBareNode())
    log(
      `run ${run} of ${runs}: fresh ${fresh.at(-1)?.toFixed(0)} ms, existing ${existing.at(-1)?.toFixed(0)} ms, bare Node ${bare.at(-1)?.toFixed(0)} ms`,
    )
  }
  const [readyMs, freshReadyMs, bareNodeMs] = [existing, fresh, bare].map((times) => Math.round(quantile(times, 0.5)))
  return { readyMs, freshReadyMs, bareNodeMs } as Record<string, number>
}

function timeBareNode(): number {
  const started = performance.now()
  spawnSync(process.execPath, ['-e', '0'])
  return performance.now() - started
}

async function timeStart(home: string): Promise<number> {
  const platform = await startPlatform(home)
  await platform.stop()
  return platform.readyMs
}
