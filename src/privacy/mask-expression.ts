import type { Entity } from '../contract/entities.ts'
import type { PiiFinding, PiiRule, Policy } from '../contract/pii.ts'
import { isMissing } from '../core/missing.ts'
import { sql, type Sql } from '../core/sql.ts'
import { callText } from '../core/text-function.ts'
import { HIDDEN, labelOf, type ActionContext } from './action.ts'
import { actions } from './actions/index.ts'
import { isNested } from './nested.ts'
import { purposeOf, ruleOf, ruleOfFinding, stricterRule } from './policy.ts'
import { recognizers, sqlRecognizer } from './recognizers/index.ts'
import { replaceSpans } from './spans.ts'
import { textMaskOf } from './text-mask.ts'

/** A column on its way to chart. */
export interface MaskedColumn {
  /** Its name in chart, which the policy uses. */
  name: string
  /** The source cell, before any cast. */
  cell: Sql
  /** DuckDB type of the source cell, or the type found for it: numbers lose zeros in front, which are put back. */
  type: string
  /** The cell's value in that type; the cell itself unless told. */
  typed?: Sql
  /** Findings in this column, with their actions. */
  findings: readonly PiiFinding[]
  /** The entity that every cell that is present is known to be, as a whole, so that no cell is tested again. */
  wholly?: Entity | undefined
}

/** The rule for the column as a whole: the policy's on its name, else the strictest of what was found where a cell is the entity. Null for text. */
export function columnRule({ name, findings }: Pick<MaskedColumn, 'name' | 'findings'>, policy: Policy): PiiRule | null {
  const named = policy.columns[name]
  if (named !== undefined) return ruleOf(named)
  const found = findings.find((finding) => finding.within === 'column')
  return found === undefined || found.action === 'keep' ? null : findings.map(ruleOfFinding).reduce(stricterRule)
}

/**
 * The masked cell as VARCHAR, or null where the policy leaves the column as it is. Missing cells stay what they are. A column is masked whole
 * where it holds the entity or where the policy names it; text keeps all but the entities in it. Needs `installMasking` on the connection.
 */
export function maskExpression(column: MaskedColumn, policy: Policy): Sql | null {
  const { name, cell, type, findings } = column
  const text = isNested(type) ? sql`to_json(${cell})::varchar` : sql`${cell}::varchar`
  const rule = columnRule(column, policy)
  if (rule !== null) return wholeColumn(text, column, rule, purposeOf(policy))
  if (policy.columns[name] !== undefined) return null
  return insideText(text, name, findings, purposeOf(policy), isNested(type))
}

function wholeColumn(text: Sql, { cell: source, type, typed, findings, wholly }: MaskedColumn, rule: PiiRule, purpose: string): Sql | null {
  const { wholeCell, showsForm } = actions[rule.action]
  if (wholeCell === null) return null
  if (showsForm && type === 'BOOLEAN') return sql`(case when ${isMissing(text)} then ${text} else ${HIDDEN} end)`
  const entity = findings.find((finding) => finding.within === 'column')?.entity ?? null
  const recognizer = entity === null ? null : sqlRecognizer(entity)
  const context: ActionContext = {
    rule,
    entity,
    recognizer,
    isSure: entity !== null && entity === wholly,
    purpose,
    typed: { value: typed ?? source, type },
  }
  const isNumber = type !== 'VARCHAR' && recognizer?.digits?.padded === true
  const cell = isNumber ? sql`lpad(${text}, greatest(${recognizer.digits!.max}, strlen(${text}))::int, '0')` : text
  return sql`(case when ${isMissing(text)} then ${text} else ${wholeCell(cell, context)} end)`
}

function insideText(text: Sql, name: string, findings: readonly PiiFinding[], purpose: string, isJson: boolean): Sql | null {
  const mask = textMaskOf(name, findings, purpose, isJson)
  if (mask !== null) return callText(mask.functionName, text)
  const ruleFor = (entity: Entity): PiiRule | null => {
    const finding = findings.find((one) => one.entity === entity)
    return finding === undefined || actions[finding.action].inText === 'itself' ? null : ruleOfFinding(finding)
  }
  const wanted = recognizers.filter(({ id: entity }) => ruleFor(entity) !== null)
  return wanted.length === 0
    ? null
    : replaceSpans(wanted, text, ({ id: entity }) => labelOf(ruleFor(entity) ?? { action: 'redact' }, entity))
}
