import type { PiiFinding, PiiRule, Policy } from '../../contract/pii.ts'
import { AtlasError } from '../../core/errors.ts'
import { id, type Sql } from '../../core/sql.ts'
import { actions } from '../../privacy/actions/index.ts'
import type { ColumnToMask } from '../../privacy/install-masking.ts'
import { columnRule, maskExpression } from '../../privacy/mask-expression.ts'
import { purposeOf, ruleOf, ruleOfFinding } from '../../privacy/policy.ts'
import { deriveKey } from '../../privacy/tokens/derive-key.ts'
import type { SchemaColumn } from '../../store/schema.ts'
import type { StreamWork } from '../run-context.ts'
import type { InferredColumn } from '../standardise/infer-types.ts'

/** How one column of chart is made from its column in explore. */
export interface ChartColumn {
  /** Name in explore. */
  source: string
  name: string
  /** DuckDB type in chart. */
  type: string
  /** The typed value before masking. */
  typed: Sql
  /** The value in chart. */
  chart: Sql
  pii: SchemaColumn['pii']
  /** True on rows that are refused for this column; null where there can be none. */
  invalid: Sql | null
  invalidReason: string | null
}

type Masking = Pick<StreamWork, 'inferred' | 'findings' | 'policy'> & { rule: Pick<StreamWork['rule'], 'keys'> }

/**
 * The columns of chart, without those that the policy drops.
 * @param names by the name in explore
 * @throws AtlasError `pipeline.invalid` when a key column would be dropped
 */
export function chartColumns(work: Masking, names: ReadonlyMap<string, string>, hashKey: Uint8Array): ChartColumn[] {
  return work.inferred.flatMap((column) => {
    const name = names.get(column.source) ?? column.source
    const mine = work.findings.filter((finding) => finding.column === name)
    if (columnRule({ name, findings: mine }, work.policy)?.action !== 'drop') return [chartColumn(column, name, mine, work.policy, hashKey)]
    if (!work.rule.keys.includes(name)) return []
    throw new AtlasError(
      'pipeline.invalid',
      `The policy drops the column "${name}", which is a key of its stream; hash it, or take it out of keys.`,
    )
  })
}

/** What the expressions of these columns need on the connection. */
export function columnsToMask(work: Masking, names: ReadonlyMap<string, string>): ColumnToMask[] {
  return work.inferred.map(({ source, type }) => {
    const name = names.get(source) ?? source
    return { name, type, findings: work.findings.filter((finding) => finding.column === name) }
  })
}

/** Masking works on the cell as it came, so that a masked column is text; every other column gets its type. */
function chartColumn(
  inferred: InferredColumn,
  name: string,
  findings: readonly PiiFinding[],
  policy: Policy,
  hashKey: Uint8Array,
): ChartColumn {
  const { source, invalid, invalidReason } = inferred
  const cell = id(source)
  const typed = inferred.cast(cell)
  const masked = maskExpression({ name, cell, type: inferred.type, typed, findings, wholly: inferred.wholly }, policy)
  const pii = withDetail(columnPii(findings, policy.columns[name]), name, findings, policy, hashKey)
  const column = { source, name, typed, pii, invalid, invalidReason }
  return masked === null ? { ...column, type: inferred.type, chart: typed } : { ...column, type: 'VARCHAR', chart: masked }
}

/** What the schema says of a column's personal data: the finding that counts most, and what was done. */
export function columnPii(findings: readonly PiiFinding[], named: Policy['columns'][string] | undefined): SchemaColumn['pii'] {
  const whole = findings.find((finding) => finding.within === 'column')
  const main = whole ?? findings.toSorted((a, b) => b.matches - a.matches)[0]
  if (main !== undefined) return { entity: main.entity, action: main.action, within: main.within }
  return named === undefined ? null : { entity: null, action: ruleOf(named).action, within: 'column' }
}

/** With another key or other parameters the same values look different, so chart is built anew: the schema tells them apart. */
function withDetail(
  pii: SchemaColumn['pii'],
  name: string,
  findings: readonly PiiFinding[],
  policy: Policy,
  hashKey: Uint8Array,
): SchemaColumn['pii'] {
  if (pii === null) return null
  const named = policy.columns[name]
  const rules = named === undefined ? findings.map(ruleOfFinding) : [ruleOf(named)]
  const details = rules.map((rule) => detailOf(rule, policy, hashKey)).filter((detail) => detail !== '')
  return details.length === 0 ? pii : { ...pii, detail: [...new Set(details)].join('; ') }
}

function detailOf({ action, ...parameters }: PiiRule, policy: Policy, hashKey: Uint8Array): string {
  const use = actions[action].key
  const key = use === undefined ? [] : [`key ${deriveKey(hashKey, use, purposeOf(policy)).id}`]
  return [...Object.entries(parameters).map(([name, value]) => `${name} ${value}`), ...key].join(', ')
}
