import type { Connector } from '../connectors/connector.ts'
import { settingsSchema } from '../connectors/settings-schema.ts'
import type { Source, SourceDependents } from '../contract/sources.ts'
import { deliveredOf, readEvidence, stateOf, type SourceEvidence } from '../store/source-history.ts'
import { findDependents } from '../store/source-queries.ts'
import type { SourceRow } from '../store/sources.ts'
import { listAllTransforms } from './list-transforms.ts'
import type { Platform } from './platform.ts'

/** Saved sources as the contract shows them: without secrets, with the state that their runs tell. */
export async function describeSources(
  platform: Pick<Platform, 'db' | 'connectors' | 'secrets'>,
  rows: readonly SourceRow[],
): Promise<Source[]> {
  const evidence = await readEvidence(
    platform.db,
    rows.map(({ name }) => name),
  )
  return rows.map((row) => toSource(platform, row, evidence.get(row.name) as SourceEvidence))
}

/** One saved source as the contract shows it. */
export async function describeSource(platform: Pick<Platform, 'db' | 'connectors' | 'secrets'>, row: SourceRow): Promise<Source> {
  const [source] = await describeSources(platform, [row])
  return source as Source
}

function toSource({ connectors, secrets }: Pick<Platform, 'connectors' | 'secrets'>, row: SourceRow, evidence: SourceEvidence): Source {
  const chosen = row.streams.map(({ name }) => name)
  return {
    id: row.id,
    name: row.name,
    connector: row.connector,
    description: row.description,
    settings: secrets.redactSettings(schemaOf(connectors, row.connector), row.settings),
    streams: row.streams,
    policy: row.policy,
    paused: row.paused,
    version: row.version,
    state: stateOf(evidence, chosen, row.paused),
    streamsDelivered: deliveredOf(evidence, chosen),
    lastRun: evidence.lastRun,
    lastSuccessAt: evidence.lastSuccessAt?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    updatedAt: row.updated_at.toISOString(),
    updatedBy: row.updated_by,
    secretsSetAt: row.secrets_set_at,
    credentialsEnd: row.credentials_end,
  }
}

/** A connector that this Atlas no longer has leaves what is sealed as the only secrets that are known. */
function schemaOf(connectors: readonly Connector[], id: string) {
  const connector = connectors.find((candidate) => candidate.id === id)
  return connector === undefined ? {} : settingsSchema(connector)
}

/** What would be missed if a source were deleted: its datasets, the transforms that read them, and pipelines with its settings. */
export async function describeDependents({ db }: Pick<Platform, 'db'>, source: string): Promise<SourceDependents> {
  const [{ datasets, pipelines }, transforms] = await Promise.all([findDependents(db, source), listAllTransforms(db)])
  const reading = transforms.filter(({ reads }) => reads.some((name) => datasets.includes(name)))
  return { datasets, transforms: reading.map(({ name }) => name), pipelines }
}
