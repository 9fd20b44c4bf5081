import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Kysely } from 'kysely'
import type { TransformRule } from '../contract/pipelines.ts'
import { TableName } from '../contract/names.ts'
import { AtlasError } from '../core/errors.ts'
import type { Schema } from '../store/schema.ts'

export type StoredTransform = TransformRule & { origin: 'file' | 'api' }

/**
 * Transforms from `transforms/*.sql` below the folder, and those made over HTTP. A file wins over one of the same name made over HTTP.
 * @throws AtlasError `pipeline.invalid` for a file whose name cannot be a dataset's
 */
export async function readStoredTransforms(db: Kysely<Schema>, folder: string): Promise<StoredTransform[]> {
  const files = await readTransformFiles(path.join(folder, 'transforms'))
  const rows = await db
    .selectFrom('transforms')
    .select(['name', 'sql', 'description'])
    .where('origin', '=', 'api')
    .orderBy('name')
    .execute()
  const made = rows
    .filter((row) => !files.some((file) => file.name === row.name))
    .map((row) => ({ ...row, checks: [], origin: 'api' as const }))
  return [...files, ...made]
}

async function readTransformFiles(folder: string): Promise<StoredTransform[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.sql')).toSorted()
  return Promise.all(
    names.map(async (file) => {
      const name = file.slice(0, -'.sql'.length)
      if (!TableName.safeParse(name).success)
        throw new AtlasError(
          'pipeline.invalid',
          `transforms/${file}: "${name}" cannot name a dataset; use lower-case letters, digits and _.`,
        )
      return { name, sql: await readFile(path.join(folder, file), 'utf8'), description: '', checks: [], origin: 'file' as const }
    }),
  )
}
