import { z } from 'zod'
import type { Piece } from './pieces.ts'
import { pageRange } from './pieces.ts'
import { whereClause } from './relation.ts'
import type { Reading } from './snapshot.ts'

/** How far a read by ranges has come, piece by piece. Also the mark of a checkpoint. */
export const RangeProgress = z.object({
  version: z.literal(1),
  /** What was asked for: columns, conditions. Another question cannot go on from here. */
  question: z.string(),
  /** What the rows were read in, as `pg_current_snapshot()` prints it. */
  snapshot: z.string(),
  pieces: z.array(
    z.object({
      oid: z.number(),
      filenode: z.string(),
      /** First page that is not read; null when all are. */
      next: z.number().nullable(),
      rows: z.number(),
    }),
  ),
})
export type RangeProgress = z.infer<typeof RangeProgress>

export function startProgress(question: string, snapshot: string): RangeProgress {
  return { version: 1, question, snapshot, pieces: [] }
}

export function rowsOf(progress: RangeProgress): number {
  return progress.pieces.reduce((sum, piece) => sum + piece.rows, 0)
}

/** Says whether the pieces read so far are still there and were not rewritten: else their places mean other rows. */
export function isSamePlaces(progress: RangeProgress, pieces: readonly Piece[]): boolean {
  return progress.pieces.every((done) => pieces.some((piece) => piece.oid === done.oid && piece.filenode === done.filenode))
}

/**
 * Says whether a new snapshot sees in the pages read so far exactly the rows that the old one saw: none written by a transaction that the old one may not have
 * seen, and as many as were landed.
 */
export async function isUnchanged(
  reading: Reading,
  progress: RangeProgress,
  pieces: readonly Piece[],
  where: readonly string[],
): Promise<boolean> {
  if (progress.snapshot === reading.snapshot.text) return true
  for (const done of progress.pieces) {
    const piece = pieces.find((one) => one.oid === done.oid)
    if (piece === undefined) return false
    const { rows } = await reading.client.query<{ rows: string; newer: string }>(
      `select count(*) as rows, count(*) filter (where ${writtenSince(oldest(progress.snapshot))}) as newer
         from ${piece.from}${whereClause([...where, ...pageRange(0, done.next)])}`,
    )
    if (Number(rows[0]?.rows) !== done.rows || Number(rows[0]?.newer) !== 0) return false
  }
  return true
}

/** The oldest transaction that a snapshot, as printed, may not have seen. */
export function oldest(snapshot: string): string {
  return snapshot.split(':', 1)[0] ?? '0'
}

/**
 * The condition that a row was written by that transaction or a later one. Rows hold the lower 32 bits of the number only, so ages are compared.
 * @param transaction a 64-bit number in text
 */
export function writtenSince(transaction: string): string {
  const lower = BigInt(transaction) % 4_294_967_296n
  return `age(xmin) <= age('${lower}'::xid)`
}
