import type { Kysely } from 'kysely'
import type { SchemaColumn, Schema } from '../../store/schema.ts'

export interface Published {
  rows: number
  columns: readonly SchemaColumn[]
  /** The pipeline whose run published it; null for a transform built alone, and where no run is kept. */
  pipeline: string | null
}

/** What is published now, by the name of the dataset. */
export async function publishedDatasets(db: Kysely<Schema>): Promise<Map<string, Published>> {
  const rows = await db
    .selectFrom('datasets')
    .innerJoin('snapshots', 'snapshots.id', 'datasets.snapshot_id')
    .innerJoin('dataset_schemas', (on) =>
      on.onRef('dataset_schemas.dataset_id', '=', 'datasets.id').onRef('dataset_schemas.version', '=', 'snapshots.schema_version'),
    )
    .leftJoin('runs', 'runs.id', 'snapshots.run_id')
    .select(['datasets.name', 'snapshots.rows', 'dataset_schemas.columns', 'runs.pipeline'])
    .execute()
  return new Map(rows.map(({ name, ...published }) => [name, published]))
}
