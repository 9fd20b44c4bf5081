import type { Entity, PiiFinding, Policy } from '../contract/pii.ts'
import { isMissing } from '../core/missing.ts'
import { sql, type Sql } from '../core/sql.ts'
import type { Action } from './action.ts'
import { actions } from './actions/index.ts'
import { stricter } from './policy.ts'
import { recognizerOf, recognizers } from './recognizers/index.ts'
import { replaceSpans } from './spans.ts'

/** A column on its way to chart. */
export interface MaskedColumn {
  /** Its name in chart, which the policy uses. */
  name: string
  /** The source cell, before any cast. */
  cell: Sql
  /** DuckDB type of the source cell, or the type found for it: numbers lose zeros in front, which are put back. */
  type: string
  /** Findings in this column, with their actions. */
  findings: readonly PiiFinding[]
  /** The entity that every cell that is present is known to be, as a whole, so that no cell is tested again. */
  wholly?: Entity | undefined
}

/**
 * The masked cell as VARCHAR, or null where the policy leaves the column as it is. Missing cells stay what they are. A column is masked whole
 * where it holds the entity or where the policy names it; text keeps all but the entities in it. `hash` needs `installHashKey` on the connection.
 */
export function maskExpression({ name, cell, type, findings, wholly }: MaskedColumn, policy: Policy): Sql | null {
  const text = sql`${cell}::varchar`
  const named = policy.columns[name]
  const columnFinding = findings.find((finding) => finding.within === 'column')
  const isSure = columnFinding !== undefined && columnFinding.entity === wholly
  if (named !== undefined) return wholeColumn(text, type, actions[named].wholeCell, columnFinding, isSure)
  if (columnFinding !== undefined && columnFinding.action !== 'keep') {
    const action = findings.map((finding) => finding.action).reduce(stricter)
    return wholeColumn(text, type, actions[action].wholeCell, columnFinding, isSure)
  }
  return insideText(text, findings)
}

type WholeCell = Action['wholeCell']

function wholeColumn(text: Sql, type: string, wholeCell: WholeCell, finding: PiiFinding | undefined, isSure: boolean): Sql | null {
  if (wholeCell === null) return null
  const recognizer = finding === undefined ? null : recognizerOf(finding.entity)
  const isNumber = type !== 'VARCHAR' && recognizer?.digits?.padded === true
  const cell = isNumber ? sql`lpad(${text}, greatest(${recognizer.digits!.max}, strlen(${text}))::int, '0')` : text
  return sql`(case when ${isMissing(text)} then ${text} else ${wholeCell(cell, recognizer, isSure)} end)`
}

function insideText(text: Sql, findings: readonly PiiFinding[]): Sql | null {
  const wanted = recognizers.filter(({ id: entity }) =>
    findings.some((finding) => finding.entity === entity && actions[finding.action].replacesInText),
  )
  return wanted.length === 0 ? null : replaceSpans(wanted, text)
}
