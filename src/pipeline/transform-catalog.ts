import type { Kysely } from 'kysely'
import { AtlasError } from '../core/errors.ts'
import type { TransformCatalog } from '../core/graph/transform-catalog.ts'
import { listPipelines } from '../store/pipelines.ts'
import type { Schema } from '../store/schema.ts'
import { parseTransform } from './steps/plan.ts'
import { readStoredTransforms } from './stored-transforms.ts'

/** What SQL reads never changes: it is read many times an hour, and parsed once. */
const parsed = new Map<string, string[]>()
const MOST_PARSED = 1_000

async function readsOf(rule: Parameters<typeof parseTransform>[0], origin: Parameters<typeof parseTransform>[1]): Promise<string[]> {
  const known = parsed.get(rule.sql)
  if (known !== undefined) return known
  const { reads } = await parseTransform(rule, origin)
  if (parsed.size >= MOST_PARSED) parsed.clear()
  parsed.set(rule.sql, reads)
  return reads
}

/**
 * Every transform that Atlas knows, with the datasets that its SQL reads: those of files, those made over HTTP and those of stored pipelines. Of one name
 * the first of these counts, as in a run.
 * @param folder transforms/*.sql below it are read
 */
export async function readTransformCatalog(db: Kysely<Schema>, folder: string): Promise<TransformCatalog> {
  const catalog: TransformCatalog = { transforms: new Map(), problems: [] }
  const [stored, pipelines] = await Promise.all([readStoredTransforms(db, folder), listPipelines(db)])
  const own = pipelines.flatMap(({ name, definition }) =>
    definition.transforms.map((rule) => ({ ...rule, origin: 'pipeline' as const, pipeline: name })),
  )
  for (const rule of [...stored.map((one) => ({ ...one, pipeline: null })), ...own]) {
    if (catalog.transforms.has(rule.name)) continue
    try {
      catalog.transforms.set(rule.name, { ...rule, reads: await readsOf(rule, rule.origin) })
    } catch (error) {
      // One made by another version may not parse any more; the others are built all the same.
      if (!(error instanceof AtlasError)) throw error
      catalog.problems.push(error.message)
    }
  }
  return catalog
}
