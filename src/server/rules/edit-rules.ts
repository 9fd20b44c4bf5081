import type { Kysely } from 'kysely'
import type { DatasetRule } from '../../contract/quality-rules.ts'
import type { CheckRule } from '../../contract/quality.ts'
import { AtlasError } from '../../core/errors.ts'
import { valueChanges } from '../../core/value-changes.ts'
import { nameRules } from '../../quality/name-rules.ts'
import { writeAudit } from '../../store/audit.ts'
import * as store from '../../store/quality-rules.ts'
import type { Schema } from '../../store/schema.ts'
import { listRules, namedPipelineRules } from './list-rules.ts'

/** Who edits a rule, from where. */
export type Editor = store.RuleEdit & { address: string }

/** Makes a rule in the browser's name. @throws AtlasError `quality.rule_exists` */
export async function makeRule(db: Kysely<Schema>, dataset: string, rule: store.NamedRule, editor: Editor): Promise<DatasetRule> {
  return edited(db, dataset, editor, async (transaction) => {
    const inPipeline = (await namedPipelineRules(transaction, dataset)).find((other) => other.rule.id === rule.id)
    if (inPipeline !== undefined) throw store.ruleExists(dataset, rule.id, { origin: 'pipeline', source: inPipeline.pipeline })
    return store.createRule(transaction, dataset, rule, { origin: 'browser', source: null }, editor)
  })
}

/** The rule with an id: its own, or a made one that no rule of the dataset has. */
export async function nameRule(db: Kysely<Schema>, dataset: string, rule: CheckRule): Promise<store.NamedRule> {
  const standing = await listRules(db, dataset)
  const names = nameRules([rule, ...standing.map((other) => ({ ...other.rule, id: other.id }))])
  return { ...rule, id: names[0]! }
}

export interface RuleTarget {
  dataset: string
  id: string
  expectedVersion: number
}

/**
 * Changes a rule that was made in the browser.
 * @throws AtlasError `quality.rule_not_found`, `quality.rule_read_only` naming the file, `quality.rule_changed` with both
 */
export async function changeRule(db: Kysely<Schema>, target: RuleTarget, rule: CheckRule, editor: Editor): Promise<DatasetRule> {
  const { dataset, id } = target
  if (rule.id !== undefined && rule.id !== id)
    throw new AtlasError('quality.rule_invalid', `The id of a rule stays: this is "${id}", not "${rule.id}".`, {
      fields: [{ pointer: '/rule/id', detail: `must be ${id}` }],
      next: 'Make a new rule with the new id, and take this one out.',
    })
  return edited(db, dataset, editor, async (transaction) => {
    const next = { ...rule, id }
    const former = await editable(transaction, target, next)
    return store.writeVersion(transaction, former, { rule: next, origin: 'browser', source: null, deleted_at: null }, 'changed', editor)
  })
}

/** Turns a rule on or off. @throws as changeRule */
export async function enableRule(db: Kysely<Schema>, target: RuleTarget, enabled: boolean, editor: Editor): Promise<DatasetRule> {
  return edited(db, target.dataset, editor, async (transaction) => {
    const former = await editable(transaction, target, null)
    const next = { rule: { ...store.toRule(former), enabled }, origin: 'browser', source: null, deleted_at: null } as const
    return store.writeVersion(transaction, former, next, enabled ? 'enabled' : 'disabled', editor)
  })
}

/** Takes a rule out; its history stays. @throws as changeRule */
export async function removeRule(db: Kysely<Schema>, target: RuleTarget, editor: Editor): Promise<void> {
  await edited(db, target.dataset, editor, async (transaction) => {
    const former = await editable(transaction, target, null)
    const next = { rule: store.toRule(former), origin: 'browser', source: null, deleted_at: editor.at } as const
    return store.writeVersion(transaction, former, next, 'deleted', editor)
  })
}

async function edited(
  db: Kysely<Schema>,
  dataset: string,
  { by, address }: Editor,
  work: (transaction: Kysely<Schema>) => Promise<DatasetRule>,
): Promise<DatasetRule> {
  return db.transaction().execute(async (transaction) => {
    await store.lockRules(transaction, dataset)
    const rule = await work(transaction)
    const detail = { rule: rule.id, version: rule.version }
    await writeAudit(transaction, { actor: by, action: 'quality.rule_changed', target: dataset, detail, address })
    return rule
  })
}

/** @param wanted what the caller would have it be, to tell it apart from what is stored; null where the edit does not touch it */
async function editable(
  db: Kysely<Schema>,
  { dataset, id, expectedVersion }: RuleTarget,
  wanted: store.NamedRule | null,
): Promise<store.StoredRule> {
  const row = await store.findRule(db, dataset, id, true)
  if (row === null || row.deleted_at !== null) throw await noSuchRule(db, dataset, id)
  if (row.origin !== 'browser')
    throw new AtlasError('quality.rule_read_only', `The rule "${id}" of ${dataset} stands ${store.placeOf(row)}; it is changed there.`)
  if (row.version === expectedVersion) return row
  const changes = wanted === null ? [] : valueChanges(store.toRule(row), wanted)
  throw new AtlasError(
    'quality.rule_changed',
    `The rule "${id}" of ${dataset} is at version ${row.version}, changed by ${row.changed_by} at ${row.changed_at.toISOString()}; the edit was made on version ${expectedVersion}.`,
    {
      fields: changes.map(({ path, from, to }) => ({
        pointer: `/rule/${path.replaceAll('.', '/')}`,
        detail: `stored: ${JSON.stringify(from) ?? 'nothing'}; yours: ${JSON.stringify(to) ?? 'nothing'}`,
      })),
    },
  )
}

async function noSuchRule(db: Kysely<Schema>, dataset: string, id: string): Promise<AtlasError> {
  const inPipeline = (await listRules(db, dataset)).find((rule) => rule.id === id && rule.origin === 'pipeline')
  if (inPipeline === undefined) return store.noRule(dataset, id)
  return new AtlasError(
    'quality.rule_read_only',
    `The rule "${id}" of ${dataset} stands ${store.placeOf(inPipeline)}; it is changed there.`,
  )
}
