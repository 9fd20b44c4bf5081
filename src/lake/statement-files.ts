import type { LakeFiles } from './lake-files.ts'

export interface StatementHolder {
  /** Brings the files that a statement names, and keeps them until `release`. */
  hold(statement: string): Promise<void>
  release(): void
}

/**
 * Holds, for one session, the files of the lake that its statements name. Their absolute paths stand in them as literals, whoever built the
 * statement, so none can be forgotten.
 */
export function statementHolder(files: LakeFiles, signal: AbortSignal | undefined): StatementHolder {
  const held = new Set<string>()
  const releases: (() => void)[] = []
  return {
    async hold(statement) {
      const named = [...new Set(filesNamed(statement, files.folder))].filter((file) => !held.has(file))
      if (named.length === 0) return
      releases.push(await files.hold(named, signal))
      for (const file of named) held.add(file)
    },
    release() {
      for (const release of releases.splice(0)) release()
    },
  }
}

/** Paths, relative to the folder, of the files below it that a statement names as literals. */
export function filesNamed(statement: string, folder: string): string[] {
  const start = `'${folder.replaceAll("'", "''")}`
  const found: string[] = []
  for (let at = statement.indexOf(start); at >= 0; at = statement.indexOf(start, at + 1)) {
    const from = at + start.length + 1
    const end = statement.indexOf("'", from)
    if (end < 0 || !/[\\/]/.test(statement[from - 1] ?? '')) continue
    const file = statement.slice(from, end).replaceAll('\\', '/')
    if (file.endsWith('.parquet')) found.push(file)
  }
  return found
}
