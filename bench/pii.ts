import { createAnalyzer } from '../src/privacy/text/analyzer.ts'
import type { Benchmark } from './support/benchmark.ts'
import { mixedProse } from './support/mixed-prose.ts'

const rounds = 10

/**
 * Megabytes (UTF-8) of mixed English and Danish prose that one core analyses in a second, by the time the processor spent, with every recognizer that
 * is on by default and context. The best of ten rounds, after one that warms up.
 */
export const benchmark: Benchmark = async (_args, log) => {
  const documents = mixedProse(4_000_000)
  const megabytes = documents.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1e6
  const analyzer = createAnalyzer()
  const speeds: number[] = []
  let findings = 0
  for (let round = 0; round <= rounds; round++) {
    const before = process.cpuUsage()
    findings = documents.reduce((sum, text) => sum + analyzer.analyze(text).length, 0)
    const { user, system } = process.cpuUsage(before)
    const speed = (megabytes * 1e6) / (user + system)
    log(
      `round ${round}: ${speed.toFixed(1)} MB/s, ${findings} findings in ${megabytes.toFixed(1)} MB, ${analyzer.recognizers.length} recognizers`,
    )
    if (round > 0) speeds.push(speed)
  }
  return { textMBps: Math.max(...speeds), findingsPerMB: findings / megabytes }
}
