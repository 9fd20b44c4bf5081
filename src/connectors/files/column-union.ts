import type { StreamColumn } from '../connector.ts'

/** The columns of several files as one list, by name without regard to case, in the order they were first met. */
export function columnUnion(start: readonly StreamColumn[]) {
  const byName = new Map<string, StreamColumn>()
  const add = (column: StreamColumn) => {
    const key = column.name.toLowerCase()
    if (!byName.has(key)) byName.set(key, column)
  }
  start.forEach(add)
  return {
    add,
    /** The name under which a column of this name is known already, else the name itself. */
    nameOf: (name: string): string => byName.get(name.toLowerCase())?.name ?? name,
    columns: (): StreamColumn[] => [...byName.values()],
  }
}
