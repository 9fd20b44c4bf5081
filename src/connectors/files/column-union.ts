import type { StreamColumn } from '../connector.ts'

export interface ColumnUnion {
  add(column: StreamColumn): void
  /** The name under which a column of this name is known already, else the name itself. */
  nameOf(name: string): string
  /** The type it is known with; undefined when it is not known. */
  typeOf(name: string): string | undefined
  columns(): StreamColumn[]
}

/** The columns of several files as one list, by name without regard to case, in the order they were first met. */
export function columnUnion(start: readonly StreamColumn[]): ColumnUnion {
  const byName = new Map<string, StreamColumn>()
  const add = (column: StreamColumn): void => {
    const key = column.name.toLowerCase()
    byName.set(key, { name: byName.get(key)?.name ?? column.name, type: column.type })
  }
  start.forEach(add)
  return {
    add,
    nameOf: (name) => byName.get(name.toLowerCase())?.name ?? name,
    typeOf: (name) => byName.get(name.toLowerCase())?.type,
    columns: () => [...byName.values()],
  }
}
