import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Client } from '../../client/call.ts'
import type { CodeFiles, CodePlan } from '../../contract/pipelines-as-code.ts'
import { connect, type GlobalOptions } from '../connect.ts'
import { planLines } from '../plan-lines.ts'
import { locatingCode, readCode, type ReadCode } from '../read-code.ts'
import { fitSettings } from '../source-settings.ts'

export interface PlanOptions extends GlobalOptions {
  project?: string
  takeOver?: boolean
  prune?: boolean
  detailedExitcode?: boolean
  json?: boolean
}

/** `atlas plan`: what applying the files of a folder would change. Nothing is stored. */
export async function plan(folder: string, options: PlanOptions): Promise<void> {
  const code = await readCode(folder, process.env)
  await using connection = await connect(options, 'atlas plan')
  const { found } = await askPlan(connection.client, code, options)
  process.stdout.write(options.json === true ? `${JSON.stringify(found)}\n` : `${planText(found)}\n`)
  if (options.detailedExitcode === true && hasChanges(found)) process.exitCode = 2
}

/** What was sent, and the plan that the server made of it. */
export interface AskedPlan {
  body: CodeFiles
  found: CodePlan
}

/**
 * The plan that the server makes of files. Only who has the checkout can tell whether a file outside of the folder is gone: where that decides between
 * a conflict and a move, the server is told and asked again.
 * @throws AtlasError, ProblemError with the lines of the files
 */
export async function askPlan(client: Client, code: ReadCode, options: PlanOptions): Promise<AskedPlan> {
  return locatingCode(code, async () => {
    const body = await codeBody(client, code, options)
    const found = await client.call('POST /pipelines/plan', { body })
    const absent = absentFiles(found, code, body.project)
    if (absent.length === 0) return { body, found }
    const known = { ...body, absent }
    return { body: known, found: await client.call('POST /pipelines/plan', { body: known }) }
  })
}

/** Files of the project that hold what other files claim, and that the checkout does not have. */
function absentFiles({ changes }: CodePlan, { root }: ReadCode, project: string): string[] {
  const holders = changes.flatMap(({ heldBy }) => (heldBy === undefined || (heldBy.project ?? project) !== project ? [] : [heldBy.file]))
  return [...new Set(holders)].filter((file) => !existsSync(path.resolve(root, file)))
}

/** Files as they are sent: what references led to has the type that the connector wants. */
async function codeBody(client: Client, code: ReadCode, options: PlanOptions): Promise<CodeFiles> {
  for (const { definition, references } of code.pipelines) await fitSettings(client, definition.source.connector, references)
  const { transforms, folder, commit } = code
  const { project = code.project, takeOver = false, prune = false } = options
  const pipelines = code.pipelines.map(({ references: _, locate: _locate, ...pipeline }) => pipeline)
  return { pipelines, transforms, folder, project, absent: [], commit, takeOver, prune }
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
