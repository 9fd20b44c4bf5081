import type { Entity } from '../contract/entities.ts'
import type { PiiFinding, PiiRule, Policy } from '../contract/pii.ts'
import type { TextFunctions } from '../core/text-function.ts'
import { actions } from './actions/index.ts'
import { functionName } from './function-name.ts'
import { installHashKey, type BoundRun } from './hash-key.ts'
import { columnRule } from './mask-expression.ts'
import { isNested } from './nested.ts'
import { purposeOf } from './policy.ts'
import { type KnownSpans, textMaskOf, textMasker } from './text-mask.ts'
import { deriveKey, type KeyUse, type PrivacyKey } from './tokens/derive-key.ts'

/** A column that is about to be masked. */
export interface ColumnToMask {
  /** In chart. */
  name: string
  type: string
  findings: readonly PiiFinding[]
}

/**
 * Puts on a connection what the expressions of `maskExpression` need: the key of hashes in a temporary table, and the functions that SQL has not, with
 * their keys in their closures. No key ever stands in SQL.
 * @param master the home's key, 32 bytes
 * @param known what an engine found in the texts of columns whose findings name one
 * @throws AtlasError `privacy.key_missing`
 */
export async function installMasking(
  session: BoundRun & TextFunctions,
  master: Uint8Array,
  policy: Policy,
  columns: readonly ColumnToMask[],
  known?: KnownSpans,
): Promise<void> {
  const purpose = purposeOf(policy)
  const keyOf = (use: KeyUse): PrivacyKey => deriveKey(master, use, purpose)
  await installHashKey(session, keyOf('hash'), purpose)
  for (const column of columns) {
    const rule = columnRule(column, policy)
    if (rule !== null) await defineTransform(session, rule, entityOf(column), purpose, keyOf)
    const mask = rule === null ? textMaskOf(column.name, column.findings, purpose, isNested(column.type)) : null
    if (mask !== null)
      await session.define(mask.functionName, textMasker(mask, keyOf, hasEngine(column) ? known : undefined), isPure(mask.rules.values()))
  }
}

function hasEngine({ findings }: ColumnToMask): boolean {
  return findings.some(({ engine }) => engine !== undefined)
}

function entityOf({ findings }: ColumnToMask): Entity | null {
  return findings.find((finding) => finding.within === 'column')?.entity ?? null
}

async function defineTransform(
  session: TextFunctions,
  rule: PiiRule,
  entity: Entity | null,
  purpose: string,
  keyOf: (use: KeyUse) => PrivacyKey,
): Promise<void> {
  const { transform, key: use, id, isPure: pure } = actions[rule.action]
  if (transform === undefined || use === undefined) return
  const key = keyOf(use)
  const named = id === 'fake' ? entity : null
  await session.define(functionName(id, purpose, named), (text) => transform(key, entity, text), pure !== false)
}

function isPure(rules: Iterable<PiiRule>): boolean {
  return [...rules].every((rule) => actions[rule.action].isPure !== false)
}
