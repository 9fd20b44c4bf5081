import type { Kysely } from 'kysely'
import { AtlasError } from '../core/errors.ts'
import { listPipelines } from '../store/pipelines.ts'
import type { Schema } from '../store/schema.ts'
import type { PlannedTransform } from './run-context.ts'
import { parseTransform } from './steps/plan.ts'
import { readStoredTransforms } from './stored-transforms.ts'

export interface CatalogedTransform extends PlannedTransform {
  /** The stored pipeline that it belongs to; null for one that stands by itself. */
  pipeline: string | null
}

export interface TransformCatalog {
  /** By table name: navigate.<name> is what it makes. */
  transforms: Map<string, CatalogedTransform>
  /** Why transforms are missing in it: they do not parse. */
  problems: string[]
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
      catalog.transforms.set(rule.name, { ...(await parseTransform(rule, rule.origin)), pipeline: rule.pipeline })
    } catch (error) {
      // One made by another version may not parse any more; the others are built all the same.
      if (!(error instanceof AtlasError)) throw error
      catalog.problems.push(error.message)
    }
  }
  return catalog
}

/** What each navigate dataset that a transform makes is made from, by `layer.name`. */
export function transformReads({ transforms }: TransformCatalog): Map<string, readonly string[]> {
  return new Map([...transforms.values()].map(({ name, reads }) => [`navigate.${name}`, reads]))
}
