import { type Kysely, sql } from 'kysely'
import type { Upload } from '../contract/uploads.ts'
import { AtlasError } from '../core/errors.ts'
import type { Schema } from './schema.ts'

/** Adds an upload whose file is in place. */
export async function insertUpload(
  db: Kysely<Schema>,
  upload: { id: string; fileName: string; sizeBytes: number; sha256: string; createdBy: string },
): Promise<Upload> {
  const row = await db
    .insertInto('uploads')
    .values({
      id: upload.id,
      file_name: upload.fileName,
      size_bytes: upload.sizeBytes,
      sha256: upload.sha256,
      created_by: upload.createdBy,
    })
    .returning('created_at')
    .executeTakeFirstOrThrow()
  return { ...upload, createdAt: row.created_at.toISOString(), lastRunId: null }
}

/** Uploads whose file is still there, newest first. */
export async function listUploads(db: Kysely<Schema>): Promise<Upload[]> {
  const rows = await selectUploads(db).orderBy('created_at', 'desc').orderBy('id', 'desc').limit(500).execute()
  return rows.map(toUpload)
}

/** One upload. @throws AtlasError `upload.not_found` */
export async function readUpload(db: Kysely<Schema>, id: string): Promise<Upload> {
  const row = await selectUploads(db).where('uploads.id', '=', id).executeTakeFirst()
  if (row === undefined) throw notFound(id)
  return toUpload(row)
}

/** Marks an upload as deleted; its file is the caller's to remove. @throws AtlasError `upload.not_found` */
export async function markUploadDeleted(db: Kysely<Schema>, id: string, now: Date): Promise<void> {
  const row = await db
    .updateTable('uploads')
    .set({ deleted_at: now })
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  if (row === undefined) throw notFound(id)
}

function selectUploads(db: Kysely<Schema>) {
  const lastRun = sql<string | null>`(
    select runs.id from runs where runs.definition -> 'source' -> 'settings' ->> 'upload' = uploads.id order by queued_at desc, id desc limit 1)`
  return db
    .selectFrom('uploads')
    .select(['uploads.id', 'file_name', 'size_bytes', 'sha256', 'created_by', 'created_at', lastRun.as('last_run_id')])
    .where('deleted_at', 'is', null)
}

interface UploadRow {
  id: string
  file_name: string
  size_bytes: number
  sha256: string
  created_by: string
  created_at: Date
  last_run_id: string | null
}

function toUpload(row: UploadRow): Upload {
  return {
    id: row.id,
    fileName: row.file_name,
    sizeBytes: row.size_bytes,
    sha256: row.sha256,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    lastRunId: row.last_run_id,
  }
}

function notFound(id: string): AtlasError {
  return new AtlasError('upload.not_found', `There is no upload ${id}, or it was deleted.`)
}
