import { AtlasError } from '../../core/errors.ts'
import { uniqueNames } from '../files/header.ts'
import { emptyKind, kindOfType, type ColumnKind } from './column-kind.ts'
import { nameOf } from './scan-json.ts'

/** A key met in records: a column. */
export interface RecordKey {
  /** Name of the column, unique whatever its case. */
  name: string
  /** The key as it stands in records, with its quotes. */
  token: string
  /** The key as it is written to chunk files where that differs. */
  written: string | null
  index: number
  kind: ColumnKind
  /** Records that had the key, and records where its value was null. */
  present: number
  nulls: number
  /** The record that had it last, to notice a repeated key. */
  seenIn: number
  /** The record where it was null last. */
  nullIn: number
}

const MOST_KEYS = 2000

export interface RecordKeys {
  readonly all: readonly RecordKey[]
  /** The key with that token, new where it was not met before. @throws AtlasError `source.unexpected_answer` when there are too many */
  ofToken(token: string): RecordKey
}

/** The keys of a stream's records, in the order first met. @param known columns that come first, and are never narrowed */
export function createRecordKeys(known: readonly { name: string; type: string }[]): RecordKeys {
  const all: RecordKey[] = []
  const byToken = new Map<string, RecordKey>()
  const byOwnName = new Map<string, RecordKey>()
  const add = (token: string, own: string, kind: ColumnKind): RecordKey => {
    if (all.length >= MOST_KEYS)
      throw new AtlasError(
        'source.unexpected_answer',
        `The records have more than ${MOST_KEYS} different fields. Check the path to the records: the keys of an object may be data.`,
      )
    const name = uniqueNames([...all.map((key) => key.name), own]).at(-1) ?? own
    const written = name === own ? null : JSON.stringify(name)
    const key: RecordKey = { name, token, written, index: all.length, kind, present: 0, nulls: 0, seenIn: -1, nullIn: -1 }
    all.push(key)
    byOwnName.set(own, key)
    byToken.set(token, key)
    return key
  }
  for (const { name, type } of known) add(JSON.stringify(name), name, kindOfType(type))
  return {
    all,
    ofToken: (token) => {
      const found = byToken.get(token)
      if (found !== undefined) return found
      const own = nameOf(token)
      const same = byOwnName.get(own)
      if (same === undefined) return add(token, own, emptyKind())
      // The same name written with other escapes.
      byToken.set(token, same)
      return same
    },
  }
}
