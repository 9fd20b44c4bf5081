import type { Client } from '../../client/call.ts'
import type { CodeFiles, CodePlan } from '../../contract/pipelines-as-code.ts'
import { connect, type GlobalOptions } from '../connect.ts'
import { planLines } from '../plan-lines.ts'
import { locatingCode, readCode, type ReadCode } from '../read-code.ts'
import { fitSettings } from '../source-settings.ts'

export interface PlanOptions extends GlobalOptions {
  takeOver?: boolean
  prune?: boolean
  detailedExitcode?: boolean
  json?: boolean
}

/** `atlas plan`: what applying the files of a folder would change. Nothing is stored. */
export async function plan(folder: string, options: PlanOptions): Promise<void> {
  const code = await readCode(folder, process.env)
  await using connection = await connect(options, 'atlas plan')
  const found = await askPlan(connection.client, code, options)
  process.stdout.write(options.json === true ? `${JSON.stringify(found)}\n` : `${planText(found)}\n`)
  if (options.detailedExitcode === true && hasChanges(found)) process.exitCode = 2
}

/** The plan that the server makes of files. @throws AtlasError, ProblemError with the lines of the files */
export async function askPlan(client: Client, code: ReadCode, options: PlanOptions): Promise<CodePlan> {
  return locatingCode(code, async () => client.call('POST /pipelines/plan', { body: await codeBody(client, code, options) }))
}

/** Files as they are sent: what references led to has the type that the connector wants. */
export async function codeBody(client: Client, code: ReadCode, { takeOver = false, prune = false }: PlanOptions): Promise<CodeFiles> {
  for (const { definition, references } of code.pipelines) await fitSettings(client, definition.source.connector, references)
  const { transforms, folder, commit } = code
  const pipelines = code.pipelines.map(({ references: _, locate: _locate, ...pipeline }) => pipeline)
  return { pipelines, transforms, folder, commit, takeOver, prune }
}

/** Whether applying it would do anything. What stays only because nothing is pruned is no change. */
export function hasChanges({ changes }: Pick<CodePlan, 'changes'>): boolean {
  return changes.some(({ action }) => action !== 'gone')
}

/** A plan in words. */
export function planText(found: CodePlan): string {
  const same = `${found.unchanged} ${found.unchanged === 1 ? 'thing is' : 'things are'} as the files say.`
  const count = found.changes.filter(({ action }) => action !== 'gone').length
  const summary = count === 0 ? `Nothing to do: ${same}` : `${count} ${count === 1 ? 'change' : 'changes'}; ${same}`
  return [...planLines(found), summary].join('\n')
}
