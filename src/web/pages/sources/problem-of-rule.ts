import type { CursorRule, StreamRule } from '../../../contract/pipelines.ts'
import type { DiscoveredStream } from '../../../contract/sources.ts'
import { filterRows, problemOfRow } from './filter-rows.ts'
import { isIncremental } from './source-draft.ts'

/** As the contract has it. */
const LOOKBACK = /^\d+(\.\d+)?\s*(s|min|h|d)?$/

/** What is still to be said of how a stream is read; null when all is. */
export function problemOfRule(rule: StreamRule, stream: DiscoveredStream | undefined): string | null {
  if (rule.query?.trim() === '') return 'Write the query.'
  const hasKey = rule.keys.length > 0 || (stream !== undefined && stream.primaryKey.length > 0)
  if (rule.mode === 'merge' && !hasKey) return 'Choose the key that changes are merged by.'
  const wantsCursor = rule.query !== undefined || (stream !== undefined && stream.cursors.length > 0)
  const noCursor = rule.cursor === undefined ? isIncremental(rule.mode) && wantsCursor : rule.cursor.column.trim() === ''
  if (noCursor) return 'Choose a cursor.'
  return problemOfWhere(rule, stream) ?? (rule.cursor === undefined ? null : problemOfCursor(rule.cursor))
}

function problemOfWhere({ where }: StreamRule, stream: DiscoveredStream | undefined): string | null {
  for (const [index, row] of filterRows(where).entries()) {
    const type = stream?.columns?.find(({ name }) => name === row.column)?.type
    const problem = problemOfRow(row, [], type)
    if (problem !== null) return `Rows to read, condition ${index + 1}: ${problem}`
  }
  return null
}

function problemOfCursor({ lookback, backfill }: CursorRule): string | null {
  if (lookback !== undefined && !LOOKBACK.test(lookback)) return 'Look back is a time such as 30s, 10min, 2h or 1d, or a number.'
  if (backfill !== undefined && (backfill.from.trim() === '' || backfill.to.trim() === ''))
    return 'A backfill needs both its first value and the one that is not read any more.'
  return null
}
