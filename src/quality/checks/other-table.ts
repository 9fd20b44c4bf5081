import { AtlasError } from '../../core/errors.ts'
import { id, join, raw, sql, type Sql } from '../../core/sql.ts'
import type { CheckedColumn, CheckScope, OtherTable } from '../check.ts'

/** A dataset that a rule names. Throws AtlasError `dataset.not_found` where it has no published snapshot. */
export function otherTable({ datasets }: Pick<CheckScope, 'datasets'>, name: string): OtherTable {
  const found = datasets.get(name)
  if (found !== undefined) return found
  throw new AtlasError('dataset.not_found', `The dataset ${name} that this rule compares with has nothing published.`, {
    next: 'Publish it first, or name another.',
  })
}

/** A column of another dataset. Throws AtlasError `pipeline.unknown_column`. */
export function otherColumn(dataset: string, { columns }: Pick<OtherTable, 'columns'>, name: string): CheckedColumn {
  const found = columns.find((column) => column.name === name)
  if (found !== undefined) return found
  throw new AtlasError('pipeline.unknown_column', `The dataset ${dataset} has no column "${name}".`, {
    next: `Use one of: ${columns.map((column) => column.name).join(', ')}.`,
  })
}

/** The two must be lists of the same length. Throws AtlasError `pipeline.invalid`. */
export function assertPaired(mine: readonly string[], theirs: readonly string[]): void {
  if (mine.length === theirs.length) return
  throw new AtlasError('pipeline.invalid', `${mine.length} columns are compared with ${theirs.length}.`, {
    next: 'Name as many columns of the other dataset as of this one.',
  })
}

/** Names that no subquery mistakes for a column of the measured table. */
export function otherKey(index: number): Sql {
  return raw(`atlas_other_${index}`)
}

/** The other table with its key columns, none of them NULL, under names of their own. */
export function keysOf({ relation }: OtherTable, names: readonly string[], more: readonly Sql[] = []): Sql {
  const keys = names.map((name, index) => sql`${id(name)} as ${otherKey(index)}`)
  const present = join(
    names.map((name) => sql`${id(name)} is not null`),
    ' and ',
  )
  return sql`(select ${join([...keys, ...more])} from ${relation} where ${present})`
}
