import { type Kysely, type Selectable, sql } from 'kysely'
import type { ConnectorId } from '../contract/pipelines.ts'
import type { SourceInput } from '../contract/sources.ts'
import { AtlasError } from '../core/errors.ts'
import type { Schema } from './schema.ts'
import { forgetStreams } from './stream-states.ts'

/** A saved source as it is stored: the secrets in its settings are sealed. */
export type SourceRow = Selectable<Schema['sources']>

/** What a person sets, with sealed secrets, and when each of those was set. */
export type SourceContent = Omit<SourceInput, 'name' | 'connector'> & {
  secretsSetAt: Record<string, string>
  /** When the first certificate among the secrets ends. */
  secretsEndAt?: Date | null
}

const UNIQUE_VIOLATION = '23505'

export interface Change {
  by: string
  at: Date
}

/** Adds a source. @throws AtlasError `source.exists` */
export async function insertSource(
  db: Kysely<Schema>,
  source: SourceContent & { id: string; name: string; connector: ConnectorId },
  { by, at }: Change,
): Promise<SourceRow> {
  const { id, name, connector } = source
  try {
    return await db
      .insertInto('sources')
      .values({ id, name, connector, ...columnsOf(source), version: 1, created_at: at, created_by: by, updated_at: at, updated_by: by })
      .returningAll()
      .executeTakeFirstOrThrow()
  } catch (error) {
    if ((error as { code?: string }).code !== UNIQUE_VIOLATION) throw error
    throw new AtlasError('source.exists', `There is a source ${name} already.`, { cause: error })
  }
}

/**
 * Changes a source and counts its version up. Two changes at once are made one after the other.
 * @param decide gets what is stored, and gives what it becomes
 * @throws AtlasError `source.not_found`
 */
export async function changeSource(
  db: Kysely<Schema>,
  name: string,
  decide: (stored: SourceRow) => Promise<SourceContent>,
  { by, at }: Change,
): Promise<SourceRow> {
  return db.transaction().execute(async (transaction) => {
    const stored = await transaction.selectFrom('sources').selectAll().where('name', '=', name).forUpdate().executeTakeFirst()
    if (stored === undefined) throw notFound(name)
    return transaction
      .updateTable('sources')
      .set({ ...columnsOf(await decide(stored)), version: sql`version + 1`, updated_at: at, updated_by: by })
      .where('id', '=', stored.id)
      .returningAll()
      .executeTakeFirstOrThrow()
  })
}

/** Saved sources by name. */
export async function listSources(db: Kysely<Schema>): Promise<SourceRow[]> {
  return db.selectFrom('sources').selectAll().orderBy('name').execute()
}

/** One saved source. @throws AtlasError `source.not_found` */
export async function readSource(db: Kysely<Schema>, name: string): Promise<SourceRow> {
  const row = await db.selectFrom('sources').selectAll().where('name', '=', name).executeTakeFirst()
  if (row === undefined) throw notFound(name)
  return row
}

/** Connector and sealed settings of a saved source, for the pipelines that name it. @throws AtlasError `source.not_found` */
export async function readSourceSettings(
  db: Kysely<Schema>,
  name: string,
): Promise<{ connector: ConnectorId; settings: Record<string, unknown> }> {
  const { connector, settings } = await readSource(db, name)
  return { connector, settings }
}

/**
 * Removes a source and how far its streams were read: a later source of the same name begins anew. Datasets and runs stay.
 * @throws AtlasError `source.not_found`
 */
export async function deleteSource(db: Kysely<Schema>, name: string): Promise<void> {
  const row = await db.deleteFrom('sources').where('name', '=', name).returning('id').executeTakeFirst()
  if (row === undefined) throw notFound(name)
  await forgetStreams(db, name)
}

function columnsOf(source: SourceContent) {
  return {
    description: source.description,
    settings: JSON.stringify(source.settings),
    streams: JSON.stringify(source.streams),
    policy: JSON.stringify(source.policy),
    paused: source.paused,
    secrets_set_at: JSON.stringify(source.secretsSetAt),
    ...(source.secretsEndAt === undefined ? {} : { secrets_end_at: source.secretsEndAt }),
    ...(source.credentialsEnd === undefined ? {} : { credentials_end: source.credentialsEnd }),
  }
}

function notFound(name: string): AtlasError {
  return new AtlasError('source.not_found', `There is no source ${name}.`)
}
