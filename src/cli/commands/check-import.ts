import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { ImportFormat } from '../../contract/quality-contracts.ts'
import { AtlasError } from '../../core/errors.ts'
import { connect, type GlobalOptions } from '../connect.ts'
import { table } from '../table.ts'

interface Options extends GlobalOptions {
  from?: ImportFormat
  dataset?: string
  layer: 'explore' | 'chart' | 'navigate'
  output?: string
  json?: boolean
}

/** `atlas check import`: contracts on standard output or in a folder, and what could not be carried over on standard error. */
export async function importFile(file: string, options: Options): Promise<void> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AtlasError('file.not_found', `There is no file ${file}.`, { cause })
  })
  await using connection = await connect(options, 'atlas check import')
  const { from, dataset, layer } = options
  const body = {
    file: path.basename(file),
    text,
    layer,
    ...(from === undefined ? {} : { from }),
    ...(dataset === undefined ? {} : { dataset }),
  }
  const imported = await connection.client.call('POST /quality/import', { body })
  if (options.json === true) process.stdout.write(`${JSON.stringify(imported)}\n`)
  else if (options.output === undefined) process.stdout.write(imported.contracts.map(({ yaml }) => yaml).join('---\n'))
  else await writeAll(options.output, imported.contracts)
  const lost = imported.couldNotCarryOver
  const rules = imported.contracts.reduce((sum, contract) => sum + contract.rules.length, 0)
  process.stderr.write(
    `${rules} rules of ${imported.contracts.length} datasets from ${imported.from}; ${lost.length} things could not be carried over.\n`,
  )
  if (lost.length > 0 && options.json !== true)
    process.stderr.write(
      `\n${table(
        ['where', 'what', 'why'],
        lost.map(({ where, what, why }) => [where, what, why]),
      )}`,
    )
}

async function writeAll(folder: string, contracts: readonly { dataset: string; yaml: string }[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const { dataset, yaml } of contracts) {
    const file = path.join(folder, `${dataset}.yaml`)
    await writeFile(file, yaml, { flag: 'wx' }).catch((cause: unknown) => {
      throw new AtlasError('file.unreadable', `${file} is there already, or cannot be written.`, { cause, next: 'Name another folder.' })
    })
    process.stderr.write(`Wrote ${file}\n`)
  }
}
