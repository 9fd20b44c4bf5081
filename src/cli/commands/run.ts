import path from 'node:path'
import { ProblemError } from '../../client/problem-error.ts'
import { PipelineDefinition, type PipelineInput } from '../../contract/pipelines.ts'
import type { RunReport } from '../../contract/runs.ts'
import { AtlasError } from '../../core/errors.ts'
import { normaliseName } from '../../core/names.ts'
import { connect, type GlobalOptions } from '../connect.ts'
import { followRun, reportRun } from '../follow-run.ts'
import { readPipeline, type PipelineFile } from '../read-pipeline.ts'
import { fitSettings } from '../source-settings.ts'

export interface RunOptions extends GlobalOptions {
  dataset?: string
  mode: 'replace' | 'append'
  key?: string[]
  json?: boolean
}

/** `atlas run`: carries out the main job and says what it did. Exit code 0 only when it succeeded. */
export async function run(source: string, options: RunOptions): Promise<void> {
  await reportRun((warned) => carryOut(source, options, warned), options)
}

async function carryOut(source: string, options: RunOptions, warned: Set<string>): Promise<RunReport> {
  const file = /\.ya?ml$/i.test(source) ? await readPipeline(source, process.env) : null
  const definition = file?.definition ?? definitionOf(source, options)
  await using connection = await connect(options, 'atlas run')
  const { client } = connection
  try {
    if (file !== null) await fitSettings(client, definition.source.connector, file.references)
    const workingFolder = file?.folder ?? process.cwd()
    const started = await client.call('POST /runs', { body: { pipeline: definition, trigger: 'cli', workingFolder } })
    return await followRun(client, started.id, warned)
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

/** Adds the line of the pipeline file to errors that the server found in it. */
function located(error: unknown, file: PipelineFile | null): unknown {
  if (file === null || !(error instanceof ProblemError) || error.problem.errors === undefined) return error
  const errors = error.problem.errors.map((field) => ({
    pointer: file.locate(field.pointer.replace(/^\/pipeline(?=\/|$)/, '')),
    detail: `${field.pointer} ${field.detail}`,
  }))
  return new ProblemError({ ...error.problem, errors }, error.at, { cause: error })
}
