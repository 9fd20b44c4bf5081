import { connect, type GlobalOptions } from '../connect.ts'
import { contractFiles, locating, readContract, type ReadContract } from '../read-contract.ts'
import { differenceLines } from '../rule-differences.ts'

interface Options extends GlobalOptions {
  dryRun?: boolean
  takeOver?: boolean
  moved?: boolean
  reason: string
  json?: boolean
}

/** `atlas check apply`: the rules of contract files become those of their datasets, all files or none. */
export async function apply(target: string, options: Options): Promise<void> {
  const contracts: ReadContract[] = []
  for (const file of await contractFiles(target)) contracts.push(await readContract(file))
  const { dryRun = false, takeOver = false, moved = false, reason } = options
  await using connection = await connect(options, 'atlas check apply')
  const body = { contracts: contracts.map(({ file, contract }) => ({ file, contract })), dryRun, takeOver, moved, reason }
  const { applied } = await locating(contracts, () => connection.client.call('POST /quality/contracts', { body }))
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(applied)}\n`)
    return
  }
  for (const { dataset, file, version, differences, warnings } of applied) {
    const done = dryRun ? 'would be applied' : `applied, version ${version}`
    const isUnchanged = differences.every(({ difference }) => difference === 'elsewhere')
    process.stdout.write(`${file} → ${dataset}: ${isUnchanged ? `nothing to change, version ${version}` : done}\n`)
    for (const line of differenceLines(differences)) process.stdout.write(`${line}\n`)
    for (const warning of warnings) process.stderr.write(`Note: ${warning}\n`)
  }
}
