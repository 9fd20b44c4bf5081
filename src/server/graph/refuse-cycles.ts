import type { Kysely } from 'kysely'
import type { TransformRule } from '../../contract/pipelines.ts'
import { topologicalOrder } from '../../core/graph/order.ts'
import { transformReads } from '../../core/graph/transform-catalog.ts'
import type { Schema } from '../../store/schema.ts'

/**
 * Refuses transforms that would close a circle, together with all that are stored.
 * @param changed as they are to be stored, in place of those of their names
 * @throws AtlasError `transform.cycle` with the whole path; `sql.*` for one that does not parse
 */
export async function refuseCycles(db: Kysely<Schema>, changed: readonly TransformRule[]): Promise<void> {
  if (changed.length === 0) return
  // What parses SQL loads DuckDB, which starting the server does not wait for.
  const { readTransformCatalog } = await import('../../pipeline/transform-catalog.ts')
  const { parseTransform } = await import('../../pipeline/steps/plan.ts')
  const reads = transformReads(await readTransformCatalog(db, process.cwd()))
  for (const rule of changed) reads.set(`navigate.${rule.name}`, (await parseTransform(rule, 'api')).reads)
  topologicalOrder(reads)
}
