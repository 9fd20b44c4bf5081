import { StreamRule } from '../../contract/pipelines.ts'
import type { TriedPolicy } from '../../contract/pii-tools.ts'
import { AtlasError } from '../../core/errors.ts'
import { mergePolicies } from '../../core/merge-policies.ts'
import { normaliseName } from '../../core/names.ts'
import { connect, type GlobalOptions } from '../connect.ts'
import { readPipeline } from '../read-pipeline.ts'
import { table } from '../table.ts'

interface Options extends GlobalOptions {
  rows: string
  json?: boolean
}

const MOST_ROWS = 50

interface Tried {
  stream: string
  before: { columns: string[]; rows: (string | null)[][] }
  after: TriedPolicy
}

/** `atlas policy test`: the first rows of every stream of a pipeline file, before and after its policy. Nothing is written. */
export async function testPolicy(file: string, options: Options): Promise<void> {
  const limit = Number(options.rows)
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_ROWS)
    throw new AtlasError('cli.usage', `--rows is "${options.rows}"; it must be a whole number from 1 to ${MOST_ROWS}.`)
  const { definition, folder } = await readPipeline(file, process.env)
  const { source, streams, policy } = definition
  await using connection = await connect(options, 'atlas policy test')
  const { client } = connection
  const tried: Tried[] = []
  for (const stream of streams.length > 0 ? streams : [StreamRule.parse({ name: normaliseName(definition.name) })]) {
    const preview =
      source.saved === undefined
        ? await client.call('POST /sources/preview', {
            body: { connector: source.connector, settings: atFolder(source.settings, folder), stream },
          })
        : await client.call('POST /sources/:name/preview', { params: { name: source.saved }, body: { stream } })
    const columns = preview.columns.map(({ name }) => normaliseName(name))
    const rows = preview.rows.slice(0, limit)
    const own = mergePolicies(policy, stream.policy)
    const name = stream.dataset ?? normaliseName(stream.name)
    const after = await client.call('POST /pii/try-policy', { body: { policy: own, table: name, columns, rows } })
    tried.push({ stream: stream.name, before: { columns, rows }, after })
  }
  if (options.json === true) process.stdout.write(`${JSON.stringify(tried)}\n`)
  else for (const one of tried) process.stdout.write(show(one))
}

/** Paths in settings start at the pipeline's folder, as in a run. */
function atFolder(settings: Record<string, unknown>, folder: string): Record<string, unknown> {
  const { path } = settings
  const isRelative = typeof path === 'string' && !path.startsWith('/') && !/^[a-z]+:/i.test(path)
  return isRelative ? { ...settings, path: `${folder}/${path}` } : settings
}

function show({ stream, before, after }: Tried): string {
  const kept = new Set(after.columns.map(({ name }) => name))
  const actions = after.findings.map(({ column, entity, action, within }) => [
    column,
    entity,
    within === 'column' ? 'whole cells' : 'inside text',
    action,
  ])
  const rows = before.rows.flatMap((row, index) => [
    ['before', ...row.map((cell) => cell ?? 'null')],
    [
      'after',
      ...before.columns.map((name) =>
        kept.has(name) ? (after.rows[index]?.[after.columns.findIndex((column) => column.name === name)] ?? 'null') : '(dropped)',
      ),
    ],
  ])
  const found = actions.length === 0 ? 'No personal data found.\n' : table(['column', 'kind', 'where', 'action'], actions)
  return `${stream}\n${found}\n${table(['', ...before.columns], rows)}\n`
}
