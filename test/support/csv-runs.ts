import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { Connector } from '../../src/connectors/connector.ts'
import type { PipelineInput } from '../../src/contract/pipelines.ts'
import type { RunReport } from '../../src/contract/runs.ts'
import { sql, type Sql } from '../../src/core/sql.ts'
import { pinSnapshot } from '../../src/store/snapshots.ts'
import { createTestDatabase, type TestDatabase } from './postgres.ts'
import { openRunPlatform, type RunPlatform } from './run-platform.ts'

export interface CsvRuns {
  database: TestDatabase
  platform: RunPlatform
  folder: string
  /** Writes a file and runs a pipeline over it, both of that name. */
  run(
    name: string,
    text: string,
    stream?: Partial<NonNullable<PipelineInput['streams']>[number]>,
    more?: Partial<PipelineInput>,
  ): Promise<RunReport>
  /** Rows of a dataset in the order of its column `id`, as text. */
  byId(dataset: string, columns?: Sql): Promise<(string | null)[][]>
}

/** A platform for the tests of one file, in which CSV texts go through real runs. */
export function csvRuns(own: readonly Connector[] = []): CsvRuns {
  const runs = {} as CsvRuns
  beforeAll(async () => {
    runs.database = await createTestDatabase()
    runs.folder = await mkdtemp(path.join(tmpdir(), 'atlas-csv-'))
    runs.platform = await openRunPlatform(runs.database, runs.folder, own)
  })
  afterAll(async () => {
    await runs.platform.close()
    await runs.database.drop()
    await rm(runs.folder, { recursive: true, force: true })
  })
  runs.run = async (name, text, stream = {}, more = {}) => {
    const file = path.join(runs.folder, `${name}.csv`)
    await writeFile(file, text)
    const report = await runs.platform.run({
      name,
      source: { connector: 'files', settings: { path: file } },
      streams: [{ name, ...stream }],
      ...more,
    })
    // A fault of Atlas's own shows with its inside.
    if (report.error?.code === 'internal') throw runs.platform.errors.at(-1)
    return report
  }
  runs.byId = async (dataset, columns = sql`*`) => {
    const { lake } = runs.platform
    const pinned = await pinSnapshot(runs.database.db, dataset)
    return lake.session((session) => session.textRows(sql`select ${columns} from (${lake.scan(pinned)}) order by id`))
  }
  return runs
}
