import { readFileSync } from 'node:fs'
import path from 'node:path'
import { codePointOffsets } from '../src/privacy/text/code-points.ts'
import { recognise } from '../src/privacy/text/recognise.ts'
import { textRecognizers } from '../src/privacy/text/recognizers/index.ts'
import type { FindOptions, TextRecognizer, ValidateOptions } from '../src/privacy/text/text-recognizer.ts'
import type { Benchmark } from './support/benchmark.ts'

interface Case {
  id: string
  kind: 'detect' | 'validate' | 'context' | 'denylist'
  recognizer: string | null
  recognizer_args?: string | null
  entity: string | null
  text: string
  expected?: boolean | null | string
  expected_count?: number
  positions?: [number, number][] | null
  positions_partial?: boolean
  score?: [number, number][] | null
  leniency?: 0 | 1 | 2 | 3
}

const DEFAULT_FILE = path.join(import.meta.dirname, '../../shared/cases/presidio-recognizers.jsonl')

/**
 * Cases drawn from the test suite of Presidio: same count, same spans (code points), score within its range. Each failing case is listed on stderr.
 * Context and deny-list cases go through `checkAnalysis`, detect and validate cases through one recognizer alone, as in Presidio's own tests.
 */
export const benchmark: Benchmark = async ([file = DEFAULT_FILE], log) => {
  const cases = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Case)
  const failed: string[] = []
  for (const one of cases) {
    const problem = await checkCase(one)
    if (problem !== null) failed.push(`${one.id}: ${problem}`)
  }
  for (const line of failed) log(line)
  return { passRate: (cases.length - failed.length) / cases.length, cases: cases.length }
}

/** What is wrong; null when nothing is. */
export async function checkCase(one: Case): Promise<string | null> {
  if (one.kind === 'context' || one.kind === 'denylist') {
    const { checkAnalysis } = await import('./support/presidio-analysis.ts')
    return checkAnalysis(one)
  }
  const recognizer = textRecognizers.find((candidate) => candidate.presidio === one.recognizer && fits(candidate, one))
  if (recognizer === undefined) return `no recognizer for ${one.recognizer} (${one.entity})`
  return one.kind === 'validate' ? checkVerdict(recognizer, one) : checkMatches(recognizer, one)
}

function fits(recognizer: TextRecognizer, one: Case): boolean {
  return one.entity === null || recognizer.entity === one.entity
}

function optionsOf(one: Case): ValidateOptions & FindOptions {
  const args = one.recognizer_args ?? ''
  const regions = [...args.matchAll(/'([A-Z]{2})'/g)].map((match) => match[1] ?? '')
  const added = args.includes('DEFAULT_SUPPORTED_REGIONS') ? ['US', 'GB', 'DE', 'FR', 'IL', 'IN', 'CA', 'BR'] : []
  return {
    ...(args.includes('strict_checksum=True') ? { strict: true } : {}),
    ...(regions.length === 0 ? {} : { regions: [...added, ...regions] }),
    ...(one.leniency === undefined ? {} : { leniency: one.leniency }),
  }
}

function checkVerdict(recognizer: TextRecognizer, one: Case): string | null {
  const verdict = recognizer.validate?.(one.text, optionsOf(one)) ?? null
  return verdict === one.expected ? null : `validate is ${verdict}, expected ${one.expected} for ${JSON.stringify(one.text)}`
}

function checkMatches(recognizer: TextRecognizer, one: Case): string | null {
  const found = recognise(recognizer, one.text, optionsOf(one))
  const toCodePoint = codePointOffsets(one.text)
  const spans = found.map((match) => [toCodePoint(match.start), toCodePoint(match.end)] as const)
  const shown = `${JSON.stringify(one.text)} gave ${JSON.stringify(spans)} ${found.map((match) => match.score).join(' ')}`
  if (one.expected_count !== undefined && found.length !== one.expected_count) return `expected ${one.expected_count}: ${shown}`
  for (const [index, [start, end]] of (one.positions ?? []).entries()) {
    const at = spans.findIndex((span) => span[0] === start && span[1] === end)
    const match = found[at]
    if (match === undefined) return `expected [${start}, ${end}]: ${shown}`
    const range = one.score?.[index]
    if (range !== undefined && (match.score < range[0] - 1e-9 || match.score > range[1] + 1e-9))
      return `expected score ${range.join('–')}: ${shown}`
  }
  return null
}
