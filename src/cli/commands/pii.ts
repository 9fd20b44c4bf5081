import { readFile } from 'node:fs/promises'
import { text as readText } from 'node:stream/consumers'
import type { TableScan } from '../../contract/pii-tools.ts'
import { AtlasError } from '../../core/errors.ts'
import { connect, type GlobalOptions } from '../connect.ts'
import { table } from '../table.ts'

interface Options extends GlobalOptions {
  json?: boolean
}

const DATASET = /^(?:explore|chart|navigate)\.[a-z_][a-z0-9_]*$/

/**
 * `atlas pii scan`: `-` is text on standard input, `layer.name` a dataset, anything else a file: a table by its columns, other files as text. Values are shown
 * of text alone, which whoever runs it has; of tables only what was found.
 */
export async function scan(target: string, options: Options): Promise<void> {
  if (DATASET.test(target)) {
    await using connection = await connect(options, 'atlas pii scan')
    showTable(await connection.client.call('POST /datasets/:name/pii-scan', { params: { name: target } }), options)
    return
  }
  const { isTableFile, scanTableFile } = await import('../../server/scan-local.ts')
  if (target !== '-' && isTableFile(target)) {
    await readable(target)
    showTable(await scanTableFile(target), options)
    return
  }
  await showText(target === '-' ? await readText(process.stdin) : await readable(target), options)
}

async function readable(file: string): Promise<string> {
  const { isTableFile } = await import('../../server/scan-local.ts')
  const { stat } = await import('node:fs/promises')
  const found = await stat(file).catch((cause: unknown) => {
    throw new AtlasError('file.not_found', `There is no file or dataset ${file}.`, { cause })
  })
  if (!found.isFile()) throw new AtlasError('file.unreadable', `${file} is no file.`)
  return isTableFile(file) ? '' : readFile(file, 'utf8')
}

async function showText(text: string, options: Options): Promise<void> {
  const { scanText } = await import('../../server/scan-local.ts')
  const findings = scanText(text)
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(findings)}\n`)
    return
  }
  const rows = findings.map(({ entity, start, end, score, evidence }) => [
    `${start}-${end}`,
    entity,
    score.toFixed(2),
    text.slice(start, end).replaceAll(/\s+/g, ' ').slice(0, 60),
    [
      evidence.pattern,
      ...(evidence.checksum === null ? [] : [evidence.checksum ? 'passes its check' : 'fails its check']),
      evidence.contextWord ?? '',
    ]
      .filter(Boolean)
      .join(', '),
  ])
  if (rows.length === 0) process.stderr.write('No personal data found.\n')
  else process.stdout.write(table(['at', 'kind', 'score', 'text', 'evidence'], rows))
}

function showTable(scan: TableScan, options: Options): void {
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(scan)}\n`)
    return
  }
  const rows = scan.findings.map(({ column, entity, within, matches, rows: looked, confidence, evidence }) => [
    column,
    entity,
    within === 'column' ? 'whole cells' : 'inside text',
    `${matches} of ${looked}`,
    confidence.toFixed(2),
    evidence.join('; '),
  ])
  if (rows.length > 0) process.stdout.write(table(['column', 'kind', 'where', 'cells', 'confidence', 'evidence'], rows))
  else process.stderr.write('No personal data found.\n')
  if (scan.rows < scan.of)
    process.stderr.write(
      `${scan.rows} of ${scan.of} rows were looked at: at most ${(scan.missBound * 100).toPrecision(1)} % of the rows may hold a kind unseen (95 % sure).\n`,
    )
}
