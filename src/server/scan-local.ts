import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TableScan } from '../contract/pii-tools.ts'
import { AtlasError } from '../core/errors.ts'
import { sql, type Sql } from '../core/sql.ts'
import type { LakeSession } from '../lake/lake.ts'
import { openLake } from '../lake/open-lake.ts'
import { classifySample } from '../privacy/classify-sample.ts'
import { createAnalyzer } from '../privacy/text/analyzer.ts'
import type { TextFinding } from '../privacy/text/text-finding.ts'

/** How a table file is read, by the ending of its name; null of a text file. */
function readersOf(file: string): ((name: string) => Sql)[] | null {
  switch (path.extname(file).toLowerCase()) {
    case '.csv':
    case '.tsv':
      // The second for files of Western European systems, the third for lines that are not as the others.
      return [
        (name) => sql`read_csv(${name}, all_varchar = true, quote = '"', escape = '"', sample_size = 20000)`,
        (name) => sql`read_csv(${name}, all_varchar = true, quote = '"', escape = '"', encoding = 'latin-1', sample_size = 20000)`,
        (name) =>
          sql`read_csv(${name}, all_varchar = true, header = true, quote = '"', escape = '"', null_padding = true, ignore_errors = true, sample_size = 20000)`,
      ]
    case '.parquet':
      return [(name) => sql`read_parquet(${name})`]
    case '.json':
    case '.ndjson':
    case '.jsonl':
      return [(name) => sql`read_json_auto(${name})`]
    default:
      return null
  }
}

/** Whether a file is read as a table (CSV, TSV, Parquet, JSON) or as text. */
export function isTableFile(file: string): boolean {
  return readersOf(file) !== null
}

/**
 * What the columns of a file hold, without a platform: for `atlas pii scan`.
 * @throws AtlasError `file.not_text` and the like where the file cannot be read
 */
export async function scanTableFile(file: string): Promise<TableScan> {
  const readers = readersOf(file)
  if (readers === null) throw new AtlasError('file.unknown_format', `${file} is no CSV, TSV, Parquet or JSON file.`)
  const folder = await mkdtemp(path.join(tmpdir(), 'atlas-scan-'))
  const lake = openLake({ folder: path.join(folder, 'lake'), scratch: path.join(folder, 'scratch'), memoryBytes: 2 ** 30, threads: 2 })
  try {
    return await lake.session(async (session) => {
      for (const reader of readers) {
        const relation = sql`(select * from ${reader(path.resolve(file))})`
        const columns = await columnsOf(session, relation)
        if (columns.length > 1 || (columns.length > 0 && reader === readers.at(-1))) return classifySample(session, relation, columns)
      }
      throw new AtlasError('file.corrupt', `${file} cannot be read as ${path.extname(file).slice(1)}.`)
    })
  } finally {
    lake.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** None where the file cannot be read like that, to its end. */
async function columnsOf(session: LakeSession, relation: Sql): Promise<{ name: string; type: string }[]> {
  try {
    await session.rows(sql`select count(columns(*)) from ${relation}`)
    const rows = await session.rows(sql`describe select * from ${relation}`)
    return rows.map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) }))
  } catch {
    return []
  }
}

/** What a text holds, by the analysis of text. */
export function scanText(text: string): TextFinding[] {
  return createAnalyzer().analyze(text)
}
