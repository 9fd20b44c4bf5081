import type { Landing } from '../connector.ts'
import { createCopyTextFile } from '../copy-text/copy-text-file.ts'
import { chunkPath } from '../copy-text/open-chunk-files.ts'
import { orderedWork } from '../copy-text/ordered-work.ts'
import type { CopyTextFile } from '../copy-text/scan-copy-text.ts'
import type { Table } from './catalog.ts'
import { copyOut } from './copy-out.ts'
import { landFile } from './land-file.ts'
import { findPieces, pageRange, type Piece } from './pieces.ts'
import { isSamePlaces, isUnchanged, RangeProgress, rowsOf, startProgress } from './range-progress.ts'
import { RunAgain, type StreamReader, withSession } from './read-files.ts'
import { copyStatement, type Relation } from './relation.ts'
import type { Reading } from './snapshot.ts'
import { isTimeLimit } from './source-error.ts'
import type { Tally } from './tally.ts'

export interface RangeRead {
  relation: Relation & { table: Table }
  landing: Landing
  /** About how much text one range is to give, in bytes. */
  rangeBytes: number
  /** Whether a later run may go on from where this one is cut off. */
  resumable: boolean
  tally: Tally
}

/** Rows of a range come to more than this many times what was meant: it is read again in smaller ranges. */
const TOO_MUCH = 4
/** Ranges that wait while one is landed. */
const WAITING = 1

class RangeTooLarge extends RunAgain {}

/**
 * Reads a table by ranges of its pages. A range is landed once the server has said how many rows it is, so a read that was cut off goes on from its last whole
 * range: in the same snapshot, or in a new one that sees the same rows in what was read.
 * @returns false when the table must be read as a whole; then nothing is read
 */
export async function readRanges(reader: StreamReader, read: RangeRead): Promise<boolean> {
  const landings = orderedWork(WAITING)
  const state = { read: null as RangeProgress | null, pages: 0 }
  try {
    const done = await withSession(
      reader,
      async (reading) => {
        const pieces = await findPieces(reading, read.relation.table)
        if (pieces === null) return false
        if (!(await goesOn(reading, read, state, pieces, () => landings.end()))) return false
        await readPieces(reader, reading, read, state, pieces, landings.add)
        return true
      },
      {
        progress: () => JSON.stringify([state.pages, state.read?.pieces]),
        failed: (error) => {
          if (isTimeLimit(error)) state.pages = Math.max(1, Math.floor(state.pages / 2))
        },
      },
    )
    await landings.end()
    return done
  } finally {
    await landings.discard()
  }
}

interface State {
  /** Ranges read, whether landed yet or not. */
  read: RangeProgress | null
  /** Pages of the next range; 0 when not known yet. */
  pages: number
}

/** Settles where to begin: at the start, or after what was read before, by this run or by one that was cut off. */
async function goesOn(
  reading: Reading,
  { relation, landing, resumable, tally }: RangeRead,
  state: State,
  pieces: Piece[],
  landed: () => Promise<void>,
): Promise<boolean> {
  const question = copyStatement(relation)
  const isFirst = state.read === null
  if (isFirst && resumable && landing.resumed !== null) {
    const mark = RangeProgress.safeParse(landing.resumed.mark)
    if (mark.success && mark.data.question === question && rowsOf(mark.data) === landing.resumed.rows) state.read = mark.data
  }
  const before = state.read
  if (before !== null && isSamePlaces(before, pieces) && (await isUnchanged(reading, before, pieces, relation.where))) {
    if (isFirst) tally.resume(rowsOf(before))
    state.read = { ...before, snapshot: reading.snapshot.text }
    return true
  }
  await landed()
  if (landing.resumed !== null || before !== null) {
    await landing.startOver()
    tally.startOver()
  }
  state.read = startProgress(question, reading.snapshot.text)
  return true
}

async function readPieces(
  reader: StreamReader,
  reading: Reading,
  read: RangeRead,
  state: State,
  pieces: readonly Piece[],
  land: (work: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const { relation, landing, tally } = read
  for (const piece of pieces) {
    for (;;) {
      const progress = state.read
      if (progress === null) throw new Error('a read by ranges has not begun')
      const done = progress.pieces.find(({ oid }) => oid === piece.oid)
      if (done?.next === null) break
      const from = done?.next ?? 0
      if (state.pages === 0) state.pages = Math.max(1, Math.floor(read.rangeBytes / Math.max(8192, piece.pageBytes)))
      state.pages = Math.max(1, Math.min(state.pages, piece.pages - from))
      const to = from + state.pages >= piece.pages ? null : from + state.pages
      const statement = copyStatement({ ...relation, from: piece.from }, pageRange(from, to))
      const range = await copyRange(reader, reading, statement, state.pages > 1 ? read.rangeBytes * TOO_MUCH : Infinity, tally).catch(
        (error: unknown) => {
          if (error instanceof RangeTooLarge) state.pages = Math.max(1, Math.floor(state.pages / (2 * TOO_MUCH)))
          throw error
        },
      )
      if (to === null) state.pages = 0
      else if (range.rows > 0) state.pages = fit(to - from, range.file.bytes, read.rangeBytes)
      const next: RangeProgress = {
        ...progress,
        pieces: [
          ...progress.pieces.filter(({ oid }) => oid !== piece.oid),
          { oid: piece.oid, filenode: piece.filenode, next: to, rows: (done?.rows ?? 0) + range.rows },
        ],
      }
      state.read = next
      await land(async () => {
        if (range.rows > 0) tally.landed(await landFile(range.file, relation.columns, landing), range.rows)
        await range.remove()
        if (read.resumable) await landing.checkpoint(next)
      })
    }
  }
}

/** Pages that would have given what is meant; at most four times as many as before, as one page does not speak for all. */
function fit(pages: number, bytes: number, wanted: number): number {
  return Math.max(1, Math.min(pages * 4, Math.floor((pages * wanted) / Math.max(1, bytes))))
}

async function copyRange(
  { context }: StreamReader,
  reading: Reading,
  statement: string,
  limit: number,
  tally: Tally,
): Promise<{ rows: number; file: CopyTextFile; remove: () => Promise<void> }> {
  const filling = await createCopyTextFile(chunkPath(context.scratch))
  try {
    const { rows } = await copyOut(reading.client, statement, async (block) => {
      await filling.write(block)
      tally.arrived(block.length)
      if (filling.bytes > limit) throw new RangeTooLarge()
    })
    return { rows, file: await filling.close(), remove: () => filling.remove() }
  } catch (error) {
    await filling.remove()
    throw error
  }
}
