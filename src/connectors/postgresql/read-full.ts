import type { Landing, ReadRequest, ReadResult } from '../connector.ts'
import type { PostgresqlSettings } from '../postgresql.ts'
import { landFile } from './land-file.ts'
import { copyToFiles, type StreamReader, withSession } from './read-files.ts'
import { readRanges } from './read-ranges.ts'
import { copyStatement, findRelation, type Relation, streamColumns } from './relation.ts'
import { createTally, type Tally } from './tally.ts'

export interface StreamRead {
  reader: StreamReader
  settings: PostgresqlSettings
  request: ReadRequest
  landing: Landing
  rangeBytes: number
}

/** Reads all rows of a stream. */
export async function readFull(read: StreamRead): Promise<ReadResult> {
  const { reader, settings, request } = read
  const relation = await withSession(reader, (reading) => findRelation(reading, settings, request))
  const tally = createTally(reader.context, relation.where.length > 0 ? null : (relation.table?.rowEstimate ?? null))
  await landAll(read, relation, tally, true)
  return result(relation, tally, null)
}

/** Lands all rows that meet the relation's conditions, by ranges where it can be. */
export async function landAll(
  { reader, landing, rangeBytes }: StreamRead,
  relation: Relation,
  tally: Tally,
  resumable: boolean,
): Promise<void> {
  const { table } = relation
  if (table !== null && (await readRanges(reader, { relation: { ...relation, table }, landing, rangeBytes, resumable, tally }))) return
  if (landing.resumed !== null) await landing.startOver()
  await withSession(reader, async (reading) => {
    // Rows of an attempt that was cut off: without an order of their own they cannot be gone on from.
    if (tally.rows > 0) {
      await landing.startOver()
      tally.startOver()
    }
    const load = async (file: Parameters<typeof landFile>[0]) => {
      tally.landed(await landFile(file, relation.columns, landing), 0)
    }
    const { rows } = await copyToFiles(reading, copyStatement(relation), { scratch: reader.context.scratch, load }, tally.arrived)
    tally.landed({ landed: 0, refused: 0 }, rows)
  })
}

/** What a read says when all is landed. */
export function result(relation: Relation, tally: Tally, state: unknown, warnings: string[] = []): ReadResult {
  const hidden =
    relation.table?.rowSecurity === true
      ? [`Row-level security is on for ${relation.place}: rows that its policies hide from this user are not read.`]
      : []
  return {
    columns: streamColumns(relation.columns),
    sourceRows: tally.rows,
    bytesRead: tally.bytes,
    state,
    text: null,
    warnings: [...hidden, ...warnings],
    counted: { rows: tally.counted, read: tally.rows, tolerance: 0 },
  }
}
