import type { piiReviewEndpoints, ReviewedFinding } from '../../contract/pii-review.ts'
import { writeAudit } from '../../store/audit.ts'
import { deleteDecision, listDecisions, saveDecision, toTestCase } from '../../store/pii-decisions.ts'
import { reviewFindings } from '../../store/pii-queries.ts'
import { snapshotName } from '../../store/snapshots.ts'
import type { Handlers } from '../handlers.ts'
import { findExampleSource, readExamples } from '../pii-examples.ts'
import { piiOverview } from '../pii-overview.ts'
import { canReadRaw, passRawRead } from '../raw-access.ts'

export const piiReviewRoutes: Handlers<typeof piiReviewEndpoints> = {
  'GET /pii/overview': ({ query }, { db, now }) => piiOverview(db, query.days, now()),

  'GET /pii/findings': async ({ query }, { db }) => {
    const { limit, offset, ...wanted } = query
    const findings = (await reviewFindings(db)).filter((finding) => isWanted(finding, wanted))
    return { findings: findings.slice(offset, offset + limit), total: findings.length }
  },

  'GET /pii/findings/examples': async (input, platform) => {
    const { query, caller, signal } = input
    const source = await findExampleSource(platform, query.dataset, query.column)
    const { pinned, column } = source
    const isMasked = !canReadRaw(caller)
    const detail = { snapshot: snapshotName(pinned.snapshotId), column, entity: query.entity, examples: true }
    if (!isMasked) await passRawRead(platform, input, { action: 'dataset.raw_read', target: pinned.name, detail })
    const examples = await readExamples(platform, source, query.entity, isMasked, signal)
    return { snapshotId: snapshotName(pinned.snapshotId), dataset: pinned.name, column, examples }
  },

  'PUT /pii/decisions': async ({ body, caller, address }, { db, now }) =>
    db.transaction().execute(async (transaction) => {
      const saved = await saveDecision(transaction, { ...body, by: caller.actor }, now())
      const { dataset, column, entity, decision, correctedEntity, reason } = saved
      const detail = { column, entity, decision, correctedEntity, reason }
      await writeAudit(transaction, { actor: caller.actor, action: 'pii.decided', target: dataset, detail, address })
      return saved
    }),

  'DELETE /pii/decisions': async ({ query, caller, address }, { db }) =>
    db.transaction().execute(async (transaction) => {
      const { dataset, column, entity, decision, correctedEntity } = await deleteDecision(transaction, query)
      const detail = { column, entity, decision, correctedEntity }
      await writeAudit(transaction, { actor: caller.actor, action: 'pii.decision_withdrawn', target: dataset, detail, address })
    }),

  'GET /pii/decisions/export': async ({ caller, address }, { db }) => {
    const cases = (await listDecisions(db)).map(toTestCase)
    await writeAudit(db, { actor: caller.actor, action: 'pii.decisions_exported', detail: { cases: cases.length }, address })
    return { cases }
  },
}

type Wanted = Partial<Pick<ReviewedFinding, 'dataset' | 'layer' | 'column' | 'entity' | 'state'>> & {
  action?: string | undefined
  q?: string | undefined
}

function isWanted(finding: ReviewedFinding, { q, action, ...equal }: Wanted): boolean {
  const isEqual = Object.entries(equal).every(([name, value]) => value === undefined || finding[name as keyof typeof equal] === value)
  const text = `${finding.dataset} ${finding.column} ${finding.entity}`.toLowerCase()
  return isEqual && (action === undefined || finding.finding?.action === action) && (q === undefined || text.includes(q.toLowerCase()))
}
