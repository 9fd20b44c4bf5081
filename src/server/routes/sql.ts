import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { Transform, sqlEndpoints } from '../../contract/sql.ts'
import { AtlasError } from '../../core/errors.ts'
import { readStoredTransforms } from '../../pipeline/stored-transforms.ts'
import { writeAudit } from '../../store/audit.ts'
import { deleteTransform, listTransforms, readTransform, saveTransform } from '../../store/transforms.ts'
import type { Handlers } from '../handlers.ts'
import type { Platform } from '../platform.ts'
import { querySnapshots } from '../query-snapshots.ts'

// What parses SQL loads DuckDB, which starting the server does not wait for: it is imported where it is used.

export const sqlRoutes: Handlers<typeof sqlEndpoints> = {
  'POST /sql': (input, platform) => querySnapshots(platform, input, input.body, input.signal),

  'GET /transforms': async (_input, platform) => {
    const made = await listTransforms(platform.db)
    const files = await transformFiles(platform)
    const transforms = await Promise.all(made.map(describe))
    return [...files, ...transforms.filter(({ name }) => !files.some((file) => file.name === name))].toSorted((a, b) =>
      a.name < b.name ? -1 : 1,
    )
  },

  'PUT /transforms/:name': async ({ params, body, caller, address }, platform) => {
    const { db, now } = platform
    await refuseFile(platform, params.name)
    const { parseTransform } = await import('../../pipeline/steps/plan.ts')
    await parseTransform({ name: params.name, ...body, checks: [] }, 'api')
    await saveTransform(db, { name: params.name, ...body }, now())
    await writeAudit(db, { actor: caller.actor, action: 'transform.changed', target: params.name, detail: { sql: body.sql }, address })
    return describe(await readTransform(db, params.name))
  },

  'DELETE /transforms/:name': async ({ params, caller, address }, platform) => {
    await refuseFile(platform, params.name)
    await deleteTransform(platform.db, params.name)
    await writeAudit(platform.db, { actor: caller.actor, action: 'transform.deleted', target: params.name, address })
  },

  'POST /transforms/:name/run': async ({ params, caller, address }, { db, runs }) => {
    const built = await runs.runTransform(params.name, caller.actor)
    await writeAudit(db, {
      actor: caller.actor,
      action: 'transform.run',
      target: params.name,
      detail: { snapshot: built.snapshotId },
      address,
    })
    return built
  },
}

async function describe({ updatedAt, ...transform }: Awaited<ReturnType<typeof readTransform>>): Promise<Transform> {
  return { ...transform, reads: await namedDatasets(transform.sql), updatedAt: updatedAt.toISOString() }
}

/** A transform that no longer parses (made by another version) is still listed: it can only be mended if it is seen. */
async function namedDatasets(text: string): Promise<string[]> {
  const { parseUserSql } = await import('../../lake/user-sql/parse.ts')
  try {
    return (await parseUserSql(text)).datasets
  } catch (error) {
    if (error instanceof AtlasError) return []
    throw error
  }
}

async function transformFiles({ db }: Platform): Promise<Transform[]> {
  const stored = await readStoredTransforms(db, process.cwd())
  const files = stored.filter(({ origin }) => origin === 'file')
  return Promise.all(
    files.map(async ({ name, sql, description }) => {
      const { mtime } = await stat(path.join(process.cwd(), 'transforms', `${name}.sql`))
      const built = await db
        .selectFrom('datasets')
        .innerJoin('snapshots', 'snapshots.id', 'datasets.snapshot_id')
        .select(['snapshots.id', 'snapshots.rows'])
        .where('datasets.name', '=', `navigate.${name}`)
        .executeTakeFirst()
      const lastSnapshotId = built === undefined ? null : `s_${built.id}`
      return {
        name,
        sql,
        description,
        origin: 'file' as const,
        reads: await namedDatasets(sql),
        updatedAt: mtime.toISOString(),
        lastSnapshotId,
        rows: built?.rows ?? null,
      }
    }),
  )
}

async function refuseFile({ db }: Platform, name: string): Promise<void> {
  const stored = await readStoredTransforms(db, process.cwd())
  if (!stored.some((transform) => transform.origin === 'file' && transform.name === name)) return
  throw new AtlasError('transform.read_only', `The transform ${name} is in the file transforms/${name}.sql.`, {
    next: `Edit transforms/${name}.sql.`,
  })
}
