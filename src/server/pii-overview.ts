import type { Kysely } from 'kysely'
import { permissionsOf } from '../access/roles.ts'
import { Role } from '../contract/access.ts'
import { ENTITIES } from '../contract/entities.ts'
import type { PiiFinding } from '../contract/pii.ts'
import type { PiiOverview, ReviewedFinding } from '../contract/pii-review.ts'
import { impersonalKinds, notLookedFor } from '../privacy/sampling/sampled-entities.ts'
import { findingsOverTime, publishedFindings, reviewFindings } from '../store/pii-queries.ts'
import type { Schema } from '../store/schema.ts'
import { isRaw } from './raw-access.ts'

type Found = ReviewedFinding & { finding: PiiFinding }

/** Totals for the page of personal data. @param days how far back it tells how it became so */
export async function piiOverview(db: Kysely<Schema>, days: number, now: Date): Promise<PiiOverview> {
  const [datasets, all, overTime] = await Promise.all([publishedFindings(db), reviewFindings(db), findingsOverTime(db, days, now)])
  const found = all.filter((one): one is Found => one.finding !== null)
  const kept = found.filter(({ finding }) => finding.action === 'keep')
  const isPersonal = ({ entity }: { entity: string }) => !impersonalKinds.has(entity)
  const personal = countColumns(found.filter(isPersonal))
  const keptColumns = countColumns(kept.filter(isPersonal))
  // What explore and navigate hold is decided with chart, but for what a transform made.
  const asked = all.filter(({ dataset, decides }) => decides?.dataset === dataset)
  return {
    datasets: {
      total: datasets.length,
      classified: datasets.filter(({ classified }) => classified).length,
      personal: datasets.filter(({ findings }) => findings.some(isPersonal)).length,
    },
    columns: { personal, kept: keptColumns, protected: personal - keptColumns },
    review: { open: asked.filter(({ state }) => state === 'open').length, decided: asked.filter(({ state }) => state !== 'open').length },
    byEntity: byEntity(found),
    exposed: kept.map(toExposed).toSorted((a, b) => b.roles.length - a.roles.length || b.cells - a.cells),
    overTime,
    notLookedFor: notLookedFor().map((entity) => ({ entity, title: ENTITIES.get(entity)?.title ?? entity })),
  }
}

function countColumns(findings: readonly ReviewedFinding[]): number {
  return new Set(findings.map(({ dataset, column }) => JSON.stringify([dataset, column]))).size
}

function byEntity(findings: readonly Found[]): PiiOverview['byEntity'] {
  const groups = Map.groupBy(findings, ({ entity, layer }) => JSON.stringify([entity, layer]))
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group
      if (first === undefined) return []
      const { entity, layer } = first
      const cells = group.reduce((sum, { finding }) => sum + finding.matches, 0)
      return [{ entity, title: ENTITIES.get(entity)?.title ?? entity, layer, columns: countColumns(group), cells }]
    })
    .toSorted((a, b) => b.columns - a.columns || b.cells - a.cells || (a.entity < b.entity ? -1 : 1))
}

/** Explore is for those who may read raw data; everything else is for all who may read datasets. */
function toExposed({ dataset, layer, column, entity, finding }: Found): PiiOverview['exposed'][number] {
  const needed = isRaw(dataset) ? 'datasets.read_raw' : 'datasets.read'
  return {
    dataset,
    layer,
    column,
    entity,
    cells: finding.matches,
    roles: Role.options.filter((role) => permissionsOf(role).includes(needed)),
  }
}
