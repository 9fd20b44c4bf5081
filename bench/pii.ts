import { createAnalyzer } from '../src/privacy/text/analyzer.ts'
import type { Benchmark } from './support/benchmark.ts'
import { mixedProse } from './support/mixed-prose.ts'
import { quantile } from './support/quantile.ts'

/** Rounds in which the code is compiled as the text needs it; not counted. */
const warmUps = 2
const rounds = 11
const charactersPerRound = 3_000_000

/**
 * Megabytes (UTF-8) of mixed English and Danish prose that one core analyses in a second, by the time the processor spent, with every recognizer that is on
 * by default and context: whole calls of `analyze`, one for each document of about 2,000 characters, no document twice. `textMBps` is the median of the
 * rounds after those that warm up, `bestMBps` the best of them, which other work on the machine disturbs least.
 */
export const benchmark: Benchmark = async (_args, log) => {
  const analyzer = createAnalyzer()
  const speeds: number[] = []
  let [findings, megabytes] = [0, 0]
  for (let round = 0; round < warmUps + rounds; round++) {
    const documents = mixedProse(charactersPerRound, round + 1)
    const size = documents.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1e6
    const before = process.cpuUsage()
    const found = documents.reduce((sum, text) => sum + analyzer.analyze(text).length, 0)
    const { user, system } = process.cpuUsage(before)
    const speed = (size * 1e6) / (user + system)
    log(
      `round ${round}: ${speed.toFixed(1)} MB/s, ${found} findings in ${size.toFixed(1)} MB, ${analyzer.recognizers.length} recognizers${round < warmUps ? ', warm-up' : ''}`,
    )
    if (round < warmUps) continue
    speeds.push(speed)
    findings += found
    megabytes += size
  }
  return { textMBps: quantile(speeds, 0.5), bestMBps: Math.max(...speeds), findingsPerMB: findings / megabytes }
}
