import type { SourceFile } from './find-files.ts'

/** The values of folders named `key=value` as columns; a column of the file itself goes first. */
export function constantsOf(
  file: SourceFile,
  names: readonly string[],
  nameOf: (name: string) => string,
): { name: string; value: string | null }[] {
  const taken = new Set(names.map((name) => name.toLowerCase()))
  return file.partitions.filter(({ name }) => !taken.has(name.toLowerCase())).map(({ name, value }) => ({ name: nameOf(name), value }))
}
