import type { Client } from '../client/call.ts'
import { ProblemError } from '../client/problem-error.ts'
import type { Problem } from '../contract/problem.ts'
import { RunReport, type RunDetail } from '../contract/runs.ts'
import { toProblem } from '../core/errors.ts'
import { createRunReporter } from './run-reporter.ts'
import { summary } from './run-summary.ts'

/** How long a lost connection may take to come back. */
const LOST_MS = 5_000

/**
 * Carries out a run and says what it did, on stdout. The exit code is 0 only when all of it succeeded: not when a stream failed, nor when the source
 * allowed no more for now.
 * @param carryOut is given the set in which it puts the warnings that it showed
 */
export async function reportRun(
  carryOut: (warned: Set<string>) => Promise<RunReport>,
  options: { json?: boolean | undefined },
): Promise<void> {
  let report: RunReport
  const warned = new Set<string>()
  try {
    report = await carryOut(warned)
  } catch (error) {
    if (options.json !== true) throw error
    report = notStarted(error)
  }
  // Parsed, so that the keys stand in the order of the schema; the store keeps none.
  if (options.json === true) process.stdout.write(`${JSON.stringify(RunReport.parse(report))}\n`)
  else process.stdout.write(summary({ ...report, warnings: report.warnings.filter((warning) => !warned.has(warning)) }))
  if (report.status === 'succeeded') return
  process.exitCode = 1
  for (const stream of report.streams)
    if (stream.error !== null && stream.error.code !== report.error?.code)
      process.stderr.write(problemText(stream.error, `${stream.name}: `))
  if (report.error !== null) process.stderr.write(problemText(report.error))
}

function problemText(problem: Problem, before = ''): string {
  return `atlas: ${before}${problem.detail}\n  ${problem.next ?? ''} [${problem.code}]\n`
}

/**
 * Follows a run to its end, showing how far it is. Ctrl+C cancels it.
 * @param warned gets the warnings that were shown
 * @returns what it did
 */
export async function followRun(client: Client, runId: string, warned: Set<string>): Promise<RunReport> {
  const ended = new AbortController()
  const reporter = createRunReporter(process.stderr, warned)
  let givesUp: NodeJS.Timeout | undefined
  const cancel = (): void => void client.call('POST /runs/:runId/cancel', { params: { runId } }).catch(() => undefined)
  process.once('SIGINT', cancel)
  try {
    await client.events('GET /runs/:runId/events', {
      params: { runId },
      signal: ended.signal,
      // A server that was killed does not come back for this command: asking it for the run below says so.
      onState: (state) => {
        if (state === 'lost') givesUp ??= setTimeout(() => ended.abort(), LOST_MS)
        else {
          clearTimeout(givesUp)
          givesUp = undefined
        }
      },
      onEvent: (event) => {
        reporter.show(event)
        if (event.kind === 'run' && !['queued', 'running'].includes(event.run.state)) ended.abort()
      },
    })
  } finally {
    clearTimeout(givesUp)
    process.off('SIGINT', cancel)
    reporter.end()
  }
  return reportOf(await client.call('GET /runs/:runId', { params: { runId } }))
}

function reportOf(run: RunDetail): RunReport {
  if (run.report !== null) return run.report
  const status = run.state === 'queued' || run.state === 'running' ? 'failed' : run.state
  return { ...emptyReport(run.id, run.pipeline), status, error: run.error }
}

function notStarted(error: unknown): RunReport {
  const problem = error instanceof ProblemError ? error.problem : toProblem(error)
  return { ...emptyReport('', ''), error: problem }
}

function emptyReport(runId: string, pipeline: string): RunReport {
  const none = { completeness: null, uniqueness: null, timeliness: null, validity: null, accuracy: null, consistency: null }
  return {
    runId,
    pipeline,
    status: 'failed',
    streams: [],
    datasets: [],
    pii: [],
    quality: { score: null, dimensions: none, reasons: {}, measured: 0 },
    checks: [],
    quarantine: [],
    sourceRows: 0,
    publishedRows: 0,
    quarantinedRows: 0,
    deduplicatedRows: 0,
    discardedRows: 0,
    durationMs: 0,
    warnings: [],
    error: null,
  }
}
