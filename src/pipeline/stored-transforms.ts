import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Kysely } from 'kysely'
import type { TransformRule } from '../contract/pipelines.ts'
import { TableName } from '../contract/names.ts'
import { AtlasError } from '../core/errors.ts'
import type { Schema } from '../store/schema.ts'

export type StoredTransform = TransformRule & {
  origin: 'file' | 'api'
  /** The file that makes it; null for one made over HTTP. */
  file: string | null
  /** Whether it is read from the folder itself, not from the store. */
  isRead: boolean
}

/**
 * Transforms from `transforms/*.sql` below the folder, and those that were applied from files or made over HTTP. A file below the folder wins over
 * a stored one of its name.
 * @throws AtlasError `pipeline.invalid` for a file whose name cannot be a dataset's
 */
export async function readStoredTransforms(db: Kysely<Schema>, folder: string): Promise<StoredTransform[]> {
  const files = await readTransformFiles(path.join(folder, 'transforms'))
  const rows = await db
    .selectFrom('transforms')
    .select(['name', 'sql', 'description', 'origin', 'file', 'runs'])
    .where('origin', 'in', ['api', 'file'])
    .orderBy('name')
    .execute()
  const made = rows
    .filter((row) => !files.some((file) => file.name === row.name))
    .map(({ origin, runs, ...row }) =>
      origin === 'file'
        ? { ...row, checks: [], origin, runs: runsOf(row.sql), isRead: false }
        : { ...row, checks: [], origin: 'api' as const, runs, isRead: false },
    )
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
      const text = await readFile(path.join(folder, file), 'utf8')
      return {
        name,
        sql: text,
        description: '',
        checks: [],
        runs: runsOf(text),
        origin: 'file' as const,
        file: `transforms/${file}`,
        isRead: true,
      }
    }),
  )
}

/** A file says in a comment of its own when it is built anew: `-- runs: never`. */
export function runsOf(text: string): NonNullable<TransformRule['runs']> {
  const said = /^--[ \t]*runs:[ \t]*(on_change|apart|never)[ \t]*$/m.exec(text)?.[1]
  return said === 'apart' || said === 'never' ? said : 'on_change'
}
