import path from 'node:path'
import type { Client } from '../../client/call.ts'
import { ProblemError } from '../../client/problem-error.ts'
import { PipelineDefinition, type PipelineInput } from '../../contract/pipelines.ts'
import { RunReport, type RunDetail } from '../../contract/runs.ts'
import { AtlasError, toProblem } from '../../core/errors.ts'
import { normaliseName } from '../../core/names.ts'
import { connect, type GlobalOptions } from '../connect.ts'
import { readPipeline, type PipelineFile } from '../read-pipeline.ts'
import { createRunReporter } from '../run-reporter.ts'
import { summary } from '../run-summary.ts'

export interface RunOptions extends GlobalOptions {
  dataset?: string
  mode: 'replace' | 'append'
  key?: string[]
  json?: boolean
}

/** `atlas run`: carries out the main job and says what it did. Exit code 0 only when it succeeded. */
export async function run(source: string, options: RunOptions): Promise<void> {
  let report: RunReport
  try {
    report = await carryOut(source, options)
  } catch (error) {
    if (options.json !== true) throw error
    report = notStarted(error)
  }
  // Parsed, so that the keys stand in the order of the schema; the store keeps none.
  if (options.json === true) process.stdout.write(`${JSON.stringify(RunReport.parse(report))}\n`)
  else process.stdout.write(summary(report))
  if (report.status === 'succeeded') return
  process.exitCode = 1
  if (report.error !== null) process.stderr.write(`atlas: ${report.error.detail}\n  ${report.error.next ?? ''} [${report.error.code}]\n`)
}

async function carryOut(source: string, options: RunOptions): Promise<RunReport> {
  const file = /\.ya?ml$/i.test(source) ? await readPipeline(source) : null
  const definition = file?.definition ?? definitionOf(source, options)
  await using connection = await connect(options, 'atlas run')
  const { client } = connection
  try {
    const workingFolder = file?.folder ?? process.cwd()
    const started = await client.call('POST /runs', { body: { pipeline: definition, trigger: 'cli', workingFolder } })
    return reportOf(await follow(client, started.id))
  } catch (error) {
    throw located(error, file)
  }
}

/** The pipeline of a file named on the command line: everything by default. */
function definitionOf(source: string, options: RunOptions): PipelineDefinition {
  const isAddress = /^https?:\/\//i.test(source)
  const name = options.dataset ?? datasetName(source)
  const stream = { name, mode: options.mode, keys: options.key ?? [] }
  const input: PipelineInput = {
    name,
    source: { connector: 'files', settings: { path: isAddress ? source : path.resolve(source) } },
    // A workbook has a stream for each sheet, so that streams are named only when there is something to say of one.
    streams: options.dataset === undefined && options.mode === 'replace' && options.key === undefined ? [] : [stream],
  }
  const parsed = PipelineDefinition.safeParse(input)
  if (!parsed.success) {
    throw new AtlasError('cli.usage', `"${name}" cannot name a dataset: ${parsed.error.issues[0]?.message ?? ''}`, {
      next: 'Give a name with --dataset.',
    })
  }
  return parsed.data
}

function datasetName(source: string): string {
  const base = path.basename(source.replace(/[?#].*$/, '').replace(/\/+$/, ''))
  const plain = base
    .replace(/(\.(gz|zst|zstd))?$/i, '')
    .replace(/\.[a-z0-9]{1,8}$/i, '')
    .replace(/\*/g, '')
  return normaliseName(plain) || normaliseName(path.basename(path.dirname(source))) || 'files'
}

/** How long a lost connection may take to come back. */
const LOST_MS = 5_000

/** Follows a run to its end, showing how far it is. Ctrl+C cancels it. */
async function follow(client: Client, runId: string): Promise<RunDetail> {
  const ended = new AbortController()
  const reporter = createRunReporter(process.stderr)
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
  return client.call('GET /runs/:runId', { params: { runId } })
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
    datasets: [],
    pii: [],
    quality: { score: null, dimensions: none, reasons: {}, measured: 0 },
    checks: [],
    quarantine: [],
    sourceRows: 0,
    publishedRows: 0,
    quarantinedRows: 0,
    deduplicatedRows: 0,
    durationMs: 0,
    warnings: [],
    error: null,
  }
}

/** Adds the line of the pipeline file to errors that the server found in it. */
function located(error: unknown, file: PipelineFile | null): unknown {
  if (file === null || !(error instanceof ProblemError) || error.problem.errors === undefined) return error
  const errors = error.problem.errors.map((field) => ({
    pointer: file.locate(field.pointer.replace(/^\/pipeline(?=\/|$)/, '')),
    detail: `${field.pointer} ${field.detail}`,
  }))
  return new ProblemError({ ...error.problem, errors }, error.at, { cause: error })
}
