import type { PiiFinding } from '../../src/contract/pii.ts'
import { newId } from '../../src/core/ids.ts'
import { raw, sql } from '../../src/core/sql.ts'
import { filePath, quarantineColumns, writeFile } from '../../src/lake/write-file.ts'
import type { Platform } from '../../src/server/platform.ts'
import { commitDrafts } from '../../src/store/commit-snapshots.ts'
import type { SchemaColumn } from '../../src/store/schema.ts'
import { pinSnapshot, snapshotName } from '../../src/store/snapshots.ts'

export interface Published {
  columns: Record<string, string>
  /** A constant SELECT that gives those columns. */
  select: string
  pii?: Record<string, { entity: 'EMAIL_ADDRESS'; action: 'keep' | 'mask' }>
  score?: number
  findings?: PiiFinding[]
  quarantined?: number
  append?: boolean
}

/** Commits a snapshot of real Parquet files, through the lake and the store as a run does. Returns its id as shown. */
export async function publish({ db, lake, now, random }: Platform, name: string, wanted: Published): Promise<string> {
  const parent = await pinSnapshot(db, name).catch(() => null)
  const columns: SchemaColumn[] = Object.entries(wanted.columns).map(([column, type], index) => {
    const pii = wanted.pii?.[column]
    return { fieldId: index + 1, name: column, type, source: column, pii: pii === undefined ? null : { ...pii, within: 'column' } }
  })
  const id = newId('f', now().getTime(), random)
  const file = await lake.session((session) =>
    writeFile(session, lake.files, { id, path: filePath(name, id) }, sql`${raw(wanted.select)}`, columns),
  )
  const kept = wanted.append === true ? (parent?.files ?? []) : []
  const summary = {
    dimensions: {
      completeness: wanted.score ?? null,
      uniqueness: null,
      timeliness: null,
      validity: null,
      accuracy: null,
      consistency: null,
    },
  }
  const ids = await commitDrafts(db, [
    {
      dataset: name,
      parentId: parent?.snapshotId ?? null,
      operation: wanted.append === true ? 'append' : 'replace',
      columns,
      lastFieldId: columns.length,
      files: [...kept.map((old) => ({ existing: old.id })), { new: { ...file, origin: null } }],
      rows: file.rows + kept.reduce((sum, old) => sum + old.rows, 0),
      quarantined: wanted.quarantined ?? 0,
      quality:
        wanted.score === undefined
          ? null
          : { score: wanted.score, ...summary, cap: null, coverage: { columns: 1, of: columns.length }, reasons: {}, measured: 1 },
      checks: [],
      findings: wanted.findings ?? null,
      inputs: [],
      state: null,
    },
  ])
  return snapshotName(ids.get(name) ?? Number.NaN)
}

/** Puts refused rows into quarantine as a run does. */
export async function quarantine({ db, lake, now, random }: Platform, dataset: string, runId: string, select: string): Promise<string> {
  const id = newId('q', now().getTime(), random)
  const relative = `quarantine/${id}.parquet`
  const absolute = await lake.files.reserve(relative)
  await lake.session((session) =>
    session.run(sql`copy (select ${quarantineColumns} from (${raw(select)})) to ${absolute} (format parquet)`),
  )
  const sealed = await lake.files.publish(relative)
  const { id: datasetId } = await db.selectFrom('datasets').select('id').where('name', '=', dataset).executeTakeFirstOrThrow()
  const [count] = await lake.session((session) => session.rows(sql`select count(*)::int as n from read_parquet(${absolute})`))
  await db
    .insertInto('quarantine')
    .values({
      id,
      dataset_id: datasetId,
      run_id: runId,
      stage: 'standardise',
      path: relative,
      rows: Number(count?.['n']),
      size_bytes: sealed.sizeBytes,
      sha256: sealed.sha256,
      reasons: JSON.stringify([{ reason: 'not a number', rows: Number(count?.['n']) }]),
    })
    .execute()
  return id
}
