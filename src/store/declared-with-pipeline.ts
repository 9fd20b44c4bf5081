import { type Kysely, sql } from 'kysely'
import type { FileDeclares } from '../contract/pipelines-as-code.ts'
import type { Schema } from './schema.ts'

/** What the file of a pipeline holds beside the pipeline itself, by table; each row names the file. */
const HELD = ['schedules', 'freshness_targets', 'alert_rules'] as const

/** Takes what the file of a pipeline said beside it out of the file's hands; it stays as it is. */
export async function releaseDeclared(db: Kysely<Schema>, pipeline: string): Promise<void> {
  for (const table of HELD) await db.updateTable(table).set({ file: null }).where('pipeline', '=', pipeline).execute()
}

/** Removes freshness targets and alert rules that the file of a pipeline holds. */
export async function removeDeclared(db: Kysely<Schema>, pipeline: string): Promise<void> {
  for (const table of ['freshness_targets', 'alert_rules'] as const)
    await db.deleteFrom(table).where('pipeline', '=', pipeline).where('file', 'is not', null).execute()
}

/** What a file said of a pipeline beside its definition. */
export interface NotedFile {
  pipeline: string
  file: string
  project: string
  declares: FileDeclares
}

/** Notes what files say beside the definitions, and where: what they hold goes with a file that has another name now. */
export async function noteDeclared(db: Kysely<Schema>, files: readonly NotedFile[]): Promise<void> {
  const given = sql`(select * from jsonb_to_recordset(${JSON.stringify(files)}::jsonb)
    as noted (pipeline text, file text, project text, declares jsonb)) as noted`
  await sql`update pipelines set file_declares = noted.declares, project = noted.project from ${given} where pipelines.name = noted.pipeline`.execute(
    db,
  )
  for (const table of HELD)
    await sql`update ${sql.table(table)} as held set file = noted.file from ${given}
      where held.pipeline = noted.pipeline and held.file is not null and held.file <> noted.file`.execute(db)
}

/** What the files said beside pipelines that were taken out of their hands, by name. @param pipeline only that one */
export async function releasedDeclares(db: Kysely<Schema>, pipeline?: string): Promise<Map<string, FileDeclares>> {
  let query = db.selectFrom('pipelines').select(['name', 'file_declares']).where('released_at', 'is not', null)
  if (pipeline !== undefined) query = query.where('name', '=', pipeline)
  const rows = await query.execute()
  return new Map(rows.flatMap(({ name, file_declares }) => (file_declares === null ? [] : [[name, file_declares] as const])))
}
