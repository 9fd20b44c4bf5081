import type { ColumnEffect, DatasetEffect } from '../../contract/pipelines-as-code.ts'
import { AtlasError } from '../../core/errors.ts'
import type { Caller } from '../../access/caller.ts'
import type { Platform } from '../platform.ts'
import { querySnapshots } from '../query-snapshots.ts'
import type { Published } from './published-datasets.ts'

export interface ChangedTransform {
  name: string
  /** Pipeline, or file of the transform. */
  maker: string
  /** Null where it is made no more. */
  sql: string | null
}

interface Asking {
  caller: Caller
  address: string
  signal: AbortSignal
}

/** What a change of a transform does to its dataset; its columns come from the SELECT itself, over what is published now. */
export async function transformEffect(
  platform: Platform,
  asking: Asking,
  { name, maker, sql }: ChangedTransform,
  published: ReadonlyMap<string, Published>,
): Promise<DatasetEffect | null> {
  const dataset = `navigate.${name}`
  const standing = published.get(dataset)
  const common = { dataset, maker, rows: standing?.rows ?? null }
  if (sql === null)
    return standing === undefined ? null : { ...common, effect: 'left', why: 'its transform is gone', columns: [], columnsKnown: true }
  const columns = await columnsOf(platform, asking, sql)
  return {
    ...common,
    effect: standing === undefined ? 'appears' : 'rewritten',
    why: standing === undefined ? 'a transform makes it' : 'its transform has changed: it is built anew',
    columns: columns === null ? [] : columnEffects(standing?.columns ?? [], columns),
    columnsKnown: columns !== null,
  }
}

interface Column {
  name: string
  type: string
}

/** Null where they cannot be told yet: what it reads may be published only by the next run. */
async function columnsOf(platform: Platform, { caller, address, signal }: Asking, sql: string): Promise<Column[] | null> {
  try {
    return (await querySnapshots(platform, { caller, address }, { sql, limit: 1 }, signal)).columns
  } catch (error) {
    if (error instanceof AtlasError && error.code !== 'run.cancelled') return null
    throw error
  }
}

function columnEffects(before: readonly Column[], after: readonly Column[]): ColumnEffect[] {
  const gone = before.filter(({ name }) => !after.some((column) => column.name === name))
  return [
    ...after.flatMap(({ name, type }): ColumnEffect[] => {
      const old = before.find((column) => column.name === name)
      if (old === undefined) return [{ name, effect: 'appears', from: null, to: type }]
      return old.type === type ? [] : [{ name, effect: 'retyped', from: old.type, to: type }]
    }),
    ...gone.map(({ name, type }): ColumnEffect => ({ name, effect: 'vanishes', from: type, to: null })),
  ]
}
