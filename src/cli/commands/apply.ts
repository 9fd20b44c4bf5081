import { createInterface } from 'node:readline/promises'
import { AtlasError } from '../../core/errors.ts'
import { connect } from '../connect.ts'
import { locatingCode, readCode } from '../read-code.ts'
import { askPlan, hasChanges, type PlanOptions, planText } from './plan.ts'

export interface ApplyOptions extends PlanOptions {
  yes?: boolean
}

/** `atlas apply`: what is stored becomes what the files of a folder say, all of it or nothing. Shows the plan, and asks, unless told `--yes`. */
export async function applyFolder(folder: string, options: ApplyOptions): Promise<void> {
  const code = await readCode(folder, process.env)
  await using connection = await connect(options, 'atlas apply')
  const { client } = connection
  const { body: files, found } = await askPlan(client, code, options)
  if (options.json !== true) process.stdout.write(`${planText(found)}\n`)
  if (!hasChanges(found)) {
    if (options.json === true) process.stdout.write(`${JSON.stringify({ ...found, applied: 0 })}\n`)
    return
  }
  const hasConflict = found.changes.some(({ action }) => action === 'conflict')
  if (!hasConflict && options.yes !== true && !(await agreed())) {
    process.stdout.write('Nothing was applied.\n')
    return
  }
  const body = { ...files, expected: found.id }
  const { applied, ...done } = await locatingCode(code, () => client.call('POST /pipelines/apply', { body }))
  process.stdout.write(
    options.json === true ? `${JSON.stringify({ ...done, applied })}\n` : `Applied ${applied} ${applied === 1 ? 'change' : 'changes'}.\n`,
  )
}

/** @throws AtlasError `cli.usage` where there is nobody to ask */
async function agreed(): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new AtlasError('cli.usage', 'Nobody is there to agree to this plan, and nothing was applied.', {
      next: 'Give --yes to apply without asking.',
    })
  const asked = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await asked.question('Apply this? Only "yes" applies it: ')
  asked.close()
  return answer.trim() === 'yes'
}
