import { type Kysely, sql } from 'kysely'
import type { PipelineDefinition } from '../contract/pipelines.ts'
import type { Pipeline, PipelineGit } from '../contract/stored-pipelines.ts'
import { AtlasError } from '../core/errors.ts'
import { releaseDeclared, removeDeclared } from './declared-with-pipeline.ts'
import { nextVersion, recordVersion, type VersionNote } from './pipeline-versions.ts'
import type { Schema } from './schema.ts'

/** Stored pipelines by name. */
export async function listPipelines(db: Kysely<Schema>): Promise<Pipeline[]> {
  const rows = await selectPipelines(db).orderBy('name').execute()
  return rows.map(toPipeline)
}

/** One stored pipeline. @throws AtlasError `pipeline.not_found` */
export async function readPipeline(db: Kysely<Schema>, name: string): Promise<Pipeline> {
  return (await findPipeline(db, name)) ?? refuseMissing(name)
}

/** One stored pipeline; null when there is none of that name. */
export async function findPipeline(db: Kysely<Schema>, name: string): Promise<Pipeline | null> {
  const row = await selectPipelines(db).where('pipelines.name', '=', name).executeTakeFirst()
  return row === undefined ? null : toPipeline(row)
}

/** What an apply leaves with a pipeline. */
export interface AppliedFrom {
  file: string
  /** What the file is of, such as its repository. */
  project: string
  commit: string | null
  /** By the path of each secret, a keyed hash of it. */
  marks: Record<string, string>
}

/** As `storePipeline`, and reads it back. */
export async function savePipeline(...[db, id, definition, note]: Parameters<typeof storePipeline>): Promise<Pipeline> {
  await storePipeline(db, id, definition, note)
  return readPipeline(db, definition.name)
}

/**
 * Creates a pipeline, or changes it, and records the version. To be called in a transaction.
 * @returns the version
 * @param id used when it is new
 * @param from the file that says so; without it the pipeline must not be held by one
 * @throws AtlasError `pipeline.from_git`
 */
export async function storePipeline(
  db: Kysely<Schema>,
  id: string,
  definition: PipelineDefinition,
  note: Omit<VersionNote, 'change' | 'file' | 'commit'> & { change?: VersionNote['change'] },
  from: AppliedFrom | null = null,
): Promise<number> {
  const { name } = definition
  const former = await db.selectFrom('pipelines').selectAll().where('name', '=', name).forUpdate().executeTakeFirst()
  if (former !== undefined && from === null && former.file !== null && former.released_at === null) throw heldByFile(name, former.file)
  const version = await nextVersion(db, name, former?.version)
  const json = JSON.stringify(definition)
  const { at } = note
  const applied =
    from === null
      ? {}
      : {
          file: from.file,
          project: from.project,
          file_commit: from.commit,
          file_version: version,
          file_marks: JSON.stringify(from.marks),
          applied_by: note.by,
          applied_at: at,
          released_at: null,
        }
  await db
    .insertInto('pipelines')
    .values({ id, name, definition: json, version, created_at: at, updated_at: at, ...applied })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ definition: json, version, updated_at: at, ...applied }))
    .execute()
  const change = note.change ?? (former === undefined ? 'created' : 'changed')
  await recordVersion(
    db,
    { version, definition, former: former ?? null },
    { ...note, change, file: from?.file ?? null, commit: from?.commit ?? null },
  )
  return version
}

/** Deletes a pipeline with its schedules and what its file said; its runs, datasets and versions stay. To be called in a transaction. @throws AtlasError `pipeline.not_found` */
export async function deletePipeline(
  db: Kysely<Schema>,
  name: string,
  note: { by: string; at: Date; file?: string | null },
): Promise<void> {
  const former = await db.deleteFrom('pipelines').where('name', '=', name).returningAll().executeTakeFirst()
  if (former === undefined) return refuseMissing(name)
  await db.deleteFrom('schedules').where('pipeline', '=', name).execute()
  await removeDeclared(db, name)
  const { definition, version } = former
  const removed = { ...note, change: 'removed', file: note.file ?? null, commit: null } as const
  await recordVersion(db, { version: version + 1, definition, former }, removed)
}

/** Pauses or resumes a pipeline. @throws AtlasError `pipeline.not_found` */
export async function pausePipeline(db: Kysely<Schema>, name: string, paused: boolean): Promise<void> {
  const row = await db.updateTable('pipelines').set({ paused }).where('name', '=', name).returning('id').executeTakeFirst()
  if (row === undefined) refuseMissing(name)
}

/** Takes a pipeline, and what its file says beside it, out of the hands of its file; which file that was stays known. @throws AtlasError `pipeline.not_found` */
export async function releasePipeline(db: Kysely<Schema>, name: string, now: Date): Promise<void> {
  const row = await db.updateTable('pipelines').set({ released_at: now }).where('name', '=', name).returning('file').executeTakeFirst()
  if (row === undefined) return refuseMissing(name)
  await releaseDeclared(db, name)
}

/** @throws AtlasError `pipeline.from_git` naming the file that holds the pipeline */
export function refuseHeld({ name, git }: Pick<Pipeline, 'name' | 'git'>): void {
  if (git?.holds === true) throw heldByFile(name, git.file)
}

function heldByFile(name: string, file: string): AtlasError {
  return new AtlasError('pipeline.from_git', `The pipeline ${name} stands in ${file}, and is changed there.`, {
    next: `Edit ${file} and run atlas apply; or take it out of the hands of its file with POST /pipelines/${name}/release.`,
  })
}

function refuseMissing(name: string): never {
  throw new AtlasError('pipeline.not_found', `There is no pipeline ${name}.`)
}

function selectPipelines(db: Kysely<Schema>) {
  return db
    .selectFrom('pipelines')
    .leftJoinLateral(
      (lateral) =>
        lateral
          .selectFrom('runs')
          .select(['runs.id as run_id', 'runs.state as run_state', 'runs.queued_at', 'runs.finished_at'])
          .whereRef('runs.pipeline', '=', 'pipelines.name')
          .where('runs.kind', '=', 'pipeline')
          .orderBy('queued_at', 'desc')
          .orderBy('runs.id', 'desc')
          .limit(1)
          .as('last_run'),
      (on) => on.on(sql<boolean>`true`),
    )
    .selectAll('pipelines')
    .select(['run_id', 'run_state', 'queued_at', 'finished_at'])
}

type PipelineRow = Awaited<ReturnType<ReturnType<typeof selectPipelines>['execute']>>[number]

function toPipeline(row: PipelineRow): Pipeline {
  const git = gitOf(row)
  return {
    id: row.id,
    name: row.name,
    definition: row.definition,
    version: row.version,
    paused: row.paused,
    git,
    drifted: git !== null && git.version !== row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    lastRunId: row.run_id,
    lastRun:
      row.run_id === null || row.run_state === null || row.queued_at === null
        ? null
        : {
            id: row.run_id,
            state: row.run_state,
            queuedAt: row.queued_at.toISOString(),
            finishedAt: row.finished_at?.toISOString() ?? null,
          },
  }
}

function gitOf(row: PipelineRow): PipelineGit | null {
  const { file, file_version, applied_by, applied_at } = row
  if (file === null || file_version === null || applied_by === null || applied_at === null) return null
  const holds = row.released_at === null
  return {
    file,
    project: row.project,
    commit: row.file_commit,
    version: file_version,
    appliedBy: applied_by,
    appliedAt: applied_at.toISOString(),
    holds,
  }
}
