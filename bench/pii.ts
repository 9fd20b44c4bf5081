import { type Analyzer, createAnalyzer } from '../src/privacy/text/analyzer.ts'
import type { Benchmark } from './support/benchmark.ts'
import { mixedProse } from './support/mixed-prose.ts'
import { quantile } from './support/quantile.ts'

/** Rounds in which the code is compiled as the text needs it; not counted. V8 goes on compiling the better for about eight of them, in 1.5 s or so. */
const warmUps = 10
const rounds = 11
const charactersPerRound = 3_000_000
/** Cells in which nothing is, and such with one thing. */
const cells = [
  'Delivered to the back door, thanks',
  'Call Mette Jensen on 23 45 67 89',
  'invoice 2024-1182 paid in full',
  'Kunden ønsker levering tirsdag',
  'jens.hansen@firma.dk, not at home',
  'Nørregade 12, 8000 Aarhus C',
  'refund requested by customer',
  'see ticket #4482 for the details',
  'A note about nothing in particular',
  'blue, size XL, 3 pcs in a box',
]
const cellsPerRound = 50_000

/**
 * Megabytes (UTF-8) of mixed English and Danish prose that one core analyses in a second, by the time the processor spent, with every recognizer that is on
 * by default and context: whole calls of `analyze`, one for each document of about 2,000 characters, no document twice. `textMBps` is the median of the
 * rounds after those that warm up, `bestMBps` the best of them, which other work on the machine disturbs least, `firstMBps` the very first round, in which
 * nothing is compiled and no list of names read yet. `shortCellMicros` is the time of one call for
 * cells of 26 to 42 characters, the median of as many rounds after those of documents.
 */
export const benchmark: Benchmark = async (_args, log) => {
  const analyzer = createAnalyzer()
  // All made before the first round, so that no round pays for what making them left behind.
  const batches = Array.from({ length: warmUps + rounds }, (_, round) => mixedProse(charactersPerRound, round + 1))
  const speeds: number[] = []
  let [findings, megabytes, firstMBps] = [0, 0, 0]
  for (const [round, documents] of batches.entries()) {
    const size = documents.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1e6
    const before = process.cpuUsage()
    const found = documents.reduce((sum, text) => sum + analyzer.analyze(text).length, 0)
    const { user, system } = process.cpuUsage(before)
    const speed = (size * 1e6) / (user + system)
    log(
      `round ${round}: ${speed.toFixed(1)} MB/s, ${found} findings in ${size.toFixed(1)} MB, ${analyzer.recognizers.length} recognizers${round < warmUps ? ', warm-up' : ''}`,
    )
    if (round === 0) firstMBps = speed
    if (round < warmUps) continue
    speeds.push(speed)
    findings += found
    megabytes += size
  }
  const cellTimes = Array.from({ length: rounds }, (_, round) => microsPerCell(analyzer, round))
  return {
    textMBps: quantile(speeds, 0.5),
    bestMBps: Math.max(...speeds),
    firstMBps,
    shortCellMicros: quantile(cellTimes, 0.5),
    findingsPerMB: findings / megabytes,
  }
}

/** Processor time of one call in microseconds, over cells of which no two follow each other alike. */
function microsPerCell(analyzer: Analyzer, round: number): number {
  const texts = Array.from({ length: cellsPerRound }, (_, index) => `${cells[index % cells.length]} ${(index * 31 + round * 17) % 9973}`)
  const before = process.cpuUsage()
  for (const text of texts) analyzer.analyze(text)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / cellsPerRound
}
