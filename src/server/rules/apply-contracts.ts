import type { Kysely } from 'kysely'
import type { Caller } from '../../access/caller.ts'
import type { ContractFile, RuleDifference } from '../../contract/quality-contracts.ts'
import { AtlasError } from '../../core/errors.ts'
import { stableJson } from '../../core/stable-json.ts'
import { expandContract, type PlacedRule } from '../../quality/contract-file/expand-contract.ts'
import { ruleDifferences } from '../../quality/contract-file/rule-differences.ts'
import { writeAudit } from '../../store/audit.ts'
import { findContract, saveContract } from '../../store/quality-contracts.ts'
import * as store from '../../store/quality-rules.ts'
import type { Schema } from '../../store/schema.ts'
import type { Platform } from '../platform.ts'
import type { Editor } from './edit-rules.ts'
import { listRules } from './list-rules.ts'
import { proveRules } from './prove-rules.ts'
import { type PlacedContract, refuseConflicts } from './refuse-conflicts.ts'
import { requireRawFor } from './require-raw.ts'
import { withinTimeLimit } from './time-limit.ts'

export interface ApplyOptions {
  takeOver: boolean
  moved: boolean
  dryRun: boolean
}

export interface AppliedContract {
  dataset: string
  file: string
  version: number
  differences: RuleDifference[]
  warnings: string[]
}

interface Proved extends PlacedContract {
  warnings: string[]
}

/**
 * Applies contracts: all or none.
 * @throws AtlasError `quality.contract_conflict` naming both where two files, or a file and the browser, have the same; `quality.contract_invalid`
 *   naming every rule that cannot run; `access.denied` for a new rule that looks into data as it came; `sql.time_limit`
 */
export async function applyContracts(
  platform: Platform,
  files: readonly ContractFile[],
  options: ApplyOptions,
  editor: Editor & { caller: Caller },
  signal: AbortSignal,
): Promise<AppliedContract[]> {
  refuseTwice(files)
  const proved = await withinTimeLimit(platform, 'Proving the rules of the contracts', signal, (either) =>
    proveAll(platform, files, editor.caller, either),
  )
  const ordered = proved.toSorted((one, other) => (one.contract.dataset < other.contract.dataset ? -1 : 1))
  return platform.db.transaction().execute(async (transaction) => {
    const applied: AppliedContract[] = []
    for (const one of ordered) applied.push(await applyOne(transaction, one, options, editor))
    return applied
  })
}

async function proveAll(platform: Platform, files: readonly ContractFile[], caller: Caller, signal: AbortSignal): Promise<Proved[]> {
  const proved: Proved[] = []
  for (const [index, file] of files.entries()) {
    const at = `/contracts/${index}/contract`
    await requireRawForNew(platform, caller, file, at)
    proved.push(await proveContract(platform, file, at, signal))
  }
  return proved
}

/** What stands as it is was let through before: whoever applies the file again adds nothing to it. */
async function requireRawForNew({ db }: Platform, caller: Caller, file: ContractFile, at: string): Promise<void> {
  const { dataset } = file.contract
  const rules = expandPlaced(file, at).map(({ rule }) => rule)
  const differing = new Set(ruleDifferences(rules, await listRules(db, dataset)).map(({ rule }) => rule))
  requireRawFor(
    caller,
    dataset,
    rules.filter(({ id }) => differing.has(id)),
  )
}

/** The rules of a contract, proved. @throws AtlasError `quality.contract_invalid` */
async function proveContract(platform: Platform, { file, contract }: ContractFile, at: string, signal: AbortSignal): Promise<Proved> {
  const placed = expandPlaced({ file, contract }, at)
  const { problems, warnings } = await proveRules(
    platform,
    contract.dataset,
    placed.map(({ rule }) => rule),
    signal,
  )
  const fields = placed.flatMap(({ rule, at: place }) => {
    const problem = problems.get(rule.id)
    if (problem === undefined) return []
    const [first] = problem.fields
    return [{ pointer: `${at}${place}${first?.pointer ?? ''}`, detail: `${problem.message} ${problem.next}` }]
  })
  const first = placed.map(({ rule }) => problems.get(rule.id)).find((problem) => problem !== undefined)
  if (first !== undefined)
    throw new AtlasError(
      'quality.contract_invalid',
      `${file}: ${first.message}${problems.size > 1 ? ` And ${problems.size - 1} more.` : ''}`,
      {
        fields,
        next: first.next,
      },
    )
  return { file, contract, placed, at, warnings }
}

/** The rules of a contract with their ids. @param at JSON Pointer of the contract in the request. @throws AtlasError `quality.contract_invalid` */
export function expandPlaced({ file, contract }: ContractFile, at: string): PlacedRule[] {
  try {
    return expandContract(contract)
  } catch (error) {
    if (!(error instanceof AtlasError)) throw error
    const fields = error.fields.map(({ pointer, detail }) => ({ pointer: `${at}${pointer}`, detail }))
    throw new AtlasError(error.code, `${file}: ${error.message}`, { fields, next: error.next })
  }
}

function refuseTwice(files: readonly ContractFile[]): void {
  const first = new Map<string, string>()
  for (const { file, contract } of files) {
    const before = first.get(contract.dataset)
    if (before !== undefined)
      throw new AtlasError(
        'quality.contract_conflict',
        `${before} and ${file} are both contracts of ${contract.dataset}; a dataset has one.`,
      )
    first.set(contract.dataset, file)
  }
}

async function applyOne(db: Kysely<Schema>, proved: Proved, options: ApplyOptions, editor: Editor): Promise<AppliedContract> {
  const { file, contract, placed, warnings } = proved
  const { dataset } = contract
  await store.lockRules(db, dataset)
  const former = await findContract(db, dataset)
  if (former !== null && former.file !== file && !options.moved)
    throw new AtlasError(
      'quality.contract_conflict',
      `${dataset} has a contract from ${former.file}, applied by ${former.appliedBy} at ${former.appliedAt}; this one is ${file}.`,
      { next: 'Take that one out, or say that the contract has moved to this file (--moved).' },
    )
  const standing = await listRules(db, dataset)
  const differences = ruleDifferences(
    placed.map(({ rule }) => rule),
    standing,
  )
  const answer = { dataset, file, warnings, differences }
  refuseConflicts(proved, standing, differences, options.takeOver)
  if (options.dryRun) return { ...answer, version: former?.version ?? 0 }
  for (const { rule } of placed) await storeRule(db, dataset, rule, file, editor)
  for (const { rule } of differences.filter(({ difference }) => difference === 'removed')) await takeOut(db, dataset, rule, editor)
  if (former?.file === file && stableJson(former.contract) === stableJson(contract)) return { ...answer, version: former.version }
  const version = await saveContract(db, file, contract, editor)
  const detail = { file, version, rules: placed.length }
  await writeAudit(db, { actor: editor.by, action: 'quality.contract_applied', target: dataset, detail, address: editor.address })
  return { ...answer, version }
}

async function storeRule(db: Kysely<Schema>, dataset: string, rule: store.NamedRule, file: string, editor: Editor): Promise<void> {
  const home = { origin: 'file', source: file } as const
  const row = await store.findRule(db, dataset, rule.id, true)
  if (row === null || row.deleted_at !== null) await store.createRule(db, dataset, rule, home, editor)
  else if (row.origin === 'browser') await store.writeVersion(db, row, { rule, ...home, deleted_at: null }, 'taken_over', editor)
  else if (row.source !== file || stableJson(store.toRule(row)) !== stableJson(rule))
    await store.writeVersion(db, row, { rule, ...home, deleted_at: null }, 'changed', editor)
}

/** Takes a rule of a contract out; its history stays. */
export async function takeOut(db: Kysely<Schema>, dataset: string, id: string, editor: Editor): Promise<void> {
  const row = await store.findRule(db, dataset, id, true)
  if (row === null || row.source === null) return
  const next = { rule: store.toRule(row), origin: 'file', source: row.source, deleted_at: editor.at } as const
  await store.writeVersion(db, row, next, 'deleted', editor)
}
