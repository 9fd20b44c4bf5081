import type { Kysely } from 'kysely'
import { PipelineDefinition } from '../contract/pipelines.ts'
import { SECRET_KEPT } from '../contract/sources.ts'
import type { PipelineVersion } from '../contract/stored-pipelines.ts'
import { AtlasError } from '../core/errors.ts'
import { pipelineChanges } from '../core/pipeline-changes.ts'
import { mapSealed } from '../core/secret-fields.ts'
import type { Schema } from './schema.ts'

/** Who made a version, when, and from which file. */
export interface VersionNote {
  change: PipelineVersion['change']
  by: string
  at: Date
  file: string | null
  commit: string | null
}

export type StoredVersion = Omit<PipelineVersion, 'yaml'>

interface Former {
  version: number
  definition: PipelineDefinition
  updated_at: Date
}

/**
 * Writes a version of a pipeline. Its secrets are left out. A pipeline that was stored before versions were kept gets its former one first.
 * To be called in the transaction that stores it.
 */
export async function recordVersion(
  db: Kysely<Schema>,
  made: { version: number; definition: PipelineDefinition; former: Former | null },
  note: VersionNote,
): Promise<void> {
  const definition = withoutSealed(made.definition)
  const former = made.former === null ? null : { ...made.former, definition: withoutSealed(made.former.definition) }
  if (former !== null) {
    const first = { change: 'changed', by: 'unknown', at: former.updated_at, file: null, commit: null } as const
    await insertVersion(db, definition.name, former.version, former.definition, [], first)
  }
  const changes = former === null ? [] : pipelineChanges(former.definition, definition)
  await insertVersion(db, definition.name, made.version, definition, changes, note)
}

/** The number of the next version; a pipeline that was deleted and is made again counts on. */
export async function nextVersion(db: Kysely<Schema>, pipeline: string, current: number | undefined): Promise<number> {
  const row = await db
    .selectFrom('pipeline_versions')
    .select(({ fn }) => fn.max('version').as('newest'))
    .where('pipeline', '=', pipeline)
    .executeTakeFirst()
  return Math.max(current ?? 0, row?.newest ?? 0) + 1
}

/** Versions of a pipeline, the newest first. */
export async function listVersions(db: Kysely<Schema>, pipeline: string): Promise<StoredVersion[]> {
  const rows = await selectVersions(db, pipeline).orderBy('version', 'desc').execute()
  return rows.map(toVersion)
}

/** One version. @throws AtlasError `pipeline.version_not_found` */
export async function readVersion(db: Kysely<Schema>, pipeline: string, version: number): Promise<StoredVersion> {
  const row = await selectVersions(db, pipeline).where('version', '=', version).executeTakeFirst()
  if (row === undefined) throw new AtlasError('pipeline.version_not_found', `The pipeline ${pipeline} has no version ${version}.`)
  return toVersion(row)
}

/** The definition without what its sealed secrets look like. */
export function withoutSealed(definition: PipelineDefinition): PipelineDefinition {
  return mapSealed(definition, () => SECRET_KEPT) as PipelineDefinition
}

async function insertVersion(
  db: Kysely<Schema>,
  pipeline: string,
  version: number,
  definition: PipelineDefinition,
  changes: PipelineVersion['changes'],
  { change, by, at, file, commit }: VersionNote,
): Promise<void> {
  const text = { definition: JSON.stringify(definition), changes: JSON.stringify(changes) }
  await db
    .insertInto('pipeline_versions')
    .values({ pipeline, version, change, ...text, file, file_commit: commit, made_by: by, made_at: at })
    .onConflict((conflict) => conflict.columns(['pipeline', 'version']).doNothing())
    .execute()
}

function selectVersions(db: Kysely<Schema>, pipeline: string) {
  return db.selectFrom('pipeline_versions').selectAll().where('pipeline', '=', pipeline)
}

function toVersion(row: Awaited<ReturnType<ReturnType<typeof selectVersions>['execute']>>[number]): StoredVersion {
  const { version, change, file, changes } = row
  const definition = PipelineDefinition.parse(row.definition)
  return { version, change, definition, file, commit: row.file_commit, by: row.made_by, at: row.made_at.toISOString(), changes }
}

/** Who made the newest version of each pipeline. */
export async function newestAuthors(db: Kysely<Schema>): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('pipeline_versions')
    .distinctOn('pipeline')
    .select(['pipeline', 'made_by'])
    .orderBy('pipeline')
    .orderBy('version', 'desc')
    .execute()
  return new Map(rows.map(({ pipeline, made_by }) => [pipeline, made_by]))
}

/** What tells the secrets of each pipeline's file from others. */
export async function readFileMarks(db: Kysely<Schema>): Promise<Map<string, Record<string, string>>> {
  const rows = await db.selectFrom('pipelines').select(['name', 'file_marks']).execute()
  return new Map(rows.flatMap(({ name, file_marks }) => (file_marks === null ? [] : [[name, file_marks] as const])))
}
