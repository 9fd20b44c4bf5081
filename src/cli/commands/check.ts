import type { MeasuredRules, RuleDifference } from '../../contract/quality-contracts.ts'
import type { CheckResult } from '../../contract/quality.ts'
import { AtlasError } from '../../core/errors.ts'
import { formatShare } from '../../core/format-share.ts'
import { connect, type GlobalOptions } from '../connect.ts'
import { locating, readContract } from '../read-contract.ts'
import { differenceLines } from '../rule-differences.ts'
import { CELL, table } from '../table.ts'

interface Options extends GlobalOptions {
  json?: boolean
}

const DATASET = /^(?:explore|chart|navigate)\.[a-z_][a-z0-9_]*$/
const marks = { passed: '✓', warned: '!', failed: '✕', error: '✕', not_run: '·' } as const

/** `atlas check`: measures the rules of a dataset, or of a contract file, and ends with 1 when one fails or cannot run. */
export async function check(target: string | undefined, options: Options): Promise<void> {
  if (target === undefined)
    throw new AtlasError('cli.usage', 'What is to be checked?', { next: 'Name a dataset such as chart.orders, or a contract file.' })
  const measured = DATASET.test(target) ? await ofDataset(target, options) : await ofFile(target, options)
  const results = measured.results.filter(isShown)
  process.stdout.write(options.json === true ? `${JSON.stringify(measured)}\n` : shown(measured, results))
  if (measured.results.some(({ status }) => status === 'failed' || status === 'error')) process.exitCode = 1
}

type Measured = MeasuredRules & { differences?: RuleDifference[] }

async function ofDataset(name: string, options: Options): Promise<Measured> {
  await using connection = await connect(options, 'atlas check')
  return await connection.client.call('POST /datasets/:name/rules/run', { params: { name }, body: {} })
}

async function ofFile(file: string, options: Options): Promise<Measured> {
  const read = await readContract(file)
  const body = { file: read.file, contract: read.contract }
  await using connection = await connect(options, 'atlas check')
  return await locating([read], () => connection.client.call('POST /quality/contracts/check', { body }))
}

/** What runs by itself is shown where it says more than that all is well. */
function isShown({ origin, status }: CheckResult): boolean {
  return origin !== 'automatic' || status === 'failed' || status === 'error'
}

function shown(measured: Measured, results: readonly CheckResult[]): string {
  const rows = results.map((result) => [
    `${marks[result.status]} ${result.status}`,
    result.rule,
    result.severity,
    measuredOf(result),
    [result.origin, ...(result.alsoIn ?? [])].join(', '),
    result.message ?? '',
  ])
  const counts = (['passed', 'warned', 'failed', 'error', 'not_run'] as const).flatMap((status) => {
    const count = results.filter((result) => result.status === status).length
    return count === 0 ? [] : [`${count} ${status === 'not_run' ? 'not run' : status}`]
  })
  const { score, cap } = measured.summary
  const headline = `${measured.dataset} ${measured.snapshotId}, ${measured.rows} rows: ${counts.join(', ') || 'no rule is declared'}`
  const scored = score === null ? '' : `, score ${formatShare(score)}${cap === null ? '' : `, held down by ${cap.rule}`}`
  const drift = differenceLines(measured.differences ?? [])
  const stored = drift.length === 0 ? '' : `\nThis file is not what is applied:\n${drift.join('\n')}\n`
  const shownTable = rows.length === 0 ? '' : `${table(['result', 'rule', 'severity', 'measured', 'from', 'note'], rows)}\n`
  return `${shownTable}${longNotes(results)}${headline}${scored}.\n${stored}`
}

/** What a cell of the table cuts off, in full: the cause of an error often stands at its end. */
function longNotes(results: readonly CheckResult[]): string {
  const long = results.filter(({ message }) => message !== null && message.length > CELL)
  return long.length === 0 ? '' : `${long.map(({ rule, message }) => `${rule}: ${message}\n`).join('')}\n`
}

function measuredOf({ status, failing, eligible, value }: CheckResult): string {
  if (status === 'error' || status === 'not_run') return ''
  if (eligible > 0 || value === null) return `${failing} of ${eligible} rows`
  return String(Math.round(value * 1e6) / 1e6)
}
