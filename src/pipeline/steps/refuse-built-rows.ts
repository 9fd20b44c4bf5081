import { newId } from '../../core/ids.ts'
import { sql } from '../../core/sql.ts'
import { scanRelation } from '../../lake/relation.ts'
import { filePath, writeFile } from '../../lake/write-file.ts'
import { writeQuarantine } from '../quarantine.ts'
import type { LandedFile, PendingDataset, PlannedTransform, RunContext } from '../run-context.ts'
import { breaksRule } from './chart-select.ts'
import { pendingRelation } from './land.ts'
import { quarantined, rowAsJson } from './refused-rows.ts'
import { refusingRules } from './refusing-rules.ts'

/** A transform makes its rows; they were landed nowhere. */
const NOWHERE = { file: sql`null`, row: sql`null` }

/** Puts the rows of a navigate dataset that break a rule which refuses them into quarantine, and writes the others to a file anew. */
export async function refuseBuiltRows(
  context: RunContext,
  rule: PlannedTransform,
  dataset: PendingDataset,
  file: LandedFile,
): Promise<void> {
  const { lake, now, random } = context.environment
  await lake.session(async (session) => {
    const { rules, fingerprint } = await refusingRules(context, session, dataset, rule.checks)
    if (rules.length === 0) return
    dataset.draft.refusing = fingerprint
    const built = scanRelation(dataset.relation, lake.folder)
    const cells = { file: sql`null`, line: sql`null`, row: rowAsJson(dataset.columns.map(({ name }) => name)), landed: NOWHERE }
    const batch = await writeQuarantine(context, session, dataset.name, 'check', quarantined(built, rules, cells))
    if (batch === null) return
    context.refused.push(batch)
    const fileId = newId('f', now().getTime(), random)
    const target = { id: fileId, path: filePath(dataset.name, fileId) }
    const good = sql`select * from (${built}) where not ${breaksRule(rules)}`
    const kept: LandedFile = { ...file, ...(await writeFile(session, lake.files, target, good, dataset.columns)) }
    dataset.relation = pendingRelation(dataset.columns, [kept], null)
    Object.assign(dataset.draft, { rows: kept.rows, quarantined: batch.rows, files: [{ new: { ...kept, origin: null } }] })
    // No commit will name it: where it stays, it is an orphan.
    await lake.files.remove(file.path).catch(() => undefined)
  }, context.signal)
}
