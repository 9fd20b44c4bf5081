import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { Kysely } from 'kysely'
import type { Transform } from '../contract/sql.ts'
import { AtlasError } from '../core/errors.ts'
import { readStoredTransforms } from '../pipeline/stored-transforms.ts'
import { listPipelines } from '../store/pipelines.ts'
import type { Schema } from '../store/schema.ts'
import { lastBuild, listTransforms, type StoredTransform } from '../store/transforms.ts'

/** Transforms of files, of the API and of stored pipelines, by name. Of one name the first of these is shown: it is the one that runs. */
export async function listAllTransforms(db: Kysely<Schema>): Promise<Transform[]> {
  const all = [...(await fromFiles(db)), ...(await listTransforms(db)), ...(await fromPipelines(db))]
  const byName = new Map<string, StoredTransform>()
  for (const transform of all) if (!byName.has(transform.name)) byName.set(transform.name, transform)
  const names = [...byName.keys()].toSorted()
  return Promise.all(names.flatMap((name) => byName.get(name) ?? []).map(describeTransform))
}

/** A transform as the contract shows it. */
export async function describeTransform({ updatedAt, ...transform }: StoredTransform): Promise<Transform> {
  return { ...transform, reads: await namedDatasets(transform.sql), updatedAt: updatedAt.toISOString() }
}

/** @throws AtlasError `transform.read_only` when a file makes the transform of that name */
export async function refuseFile(db: Kysely<Schema>, name: string): Promise<void> {
  const stored = await readStoredTransforms(db, process.cwd())
  const found = stored.find((transform) => transform.origin === 'file' && transform.name === name)
  if (found === undefined) return
  const file = found.file ?? `transforms/${name}.sql`
  throw new AtlasError('transform.read_only', `The transform ${name} is in the file ${file}.`, { next: `Edit ${file}.` })
}

/** A transform that no longer parses (made by another version) is still listed: it can only be mended if it is seen. */
async function namedDatasets(text: string): Promise<string[]> {
  const { parseUserSql } = await import('../lake/user-sql/parse.ts')
  try {
    return (await parseUserSql(text)).datasets
  } catch (error) {
    if (error instanceof AtlasError) return []
    throw error
  }
}

async function fromFiles(db: Kysely<Schema>): Promise<StoredTransform[]> {
  const stored = await readStoredTransforms(db, process.cwd())
  return Promise.all(
    stored
      .filter(({ isRead }) => isRead)
      .map(async ({ name, sql, description, origin, runs = 'on_change' }) => {
        const { mtime } = await stat(path.join(process.cwd(), 'transforms', `${name}.sql`))
        return { name, sql, description, origin, runs, updatedAt: mtime, ...(await lastBuild(db, name)) }
      }),
  )
}

async function fromPipelines(db: Kysely<Schema>): Promise<StoredTransform[]> {
  const pipelines = await listPipelines(db)
  return Promise.all(
    pipelines.flatMap(({ definition, updatedAt }) =>
      definition.transforms.map(async ({ name, sql, description, runs = 'on_change' }) => {
        const origin = 'pipeline' as const
        return { name, sql, description, origin, runs, updatedAt: new Date(updatedAt), ...(await lastBuild(db, name)) }
      }),
    ),
  )
}
