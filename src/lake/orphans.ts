import type { LakeFiles } from './lake-files.ts'

/**
 * Removes files of the lake that no commit names and that are older than the grace period: what a killed run left behind.
 * @param options.named asks for the paths that commits name, after the files were listed: a file committed meanwhile is named
 * @returns paths removed
 */
export async function removeOrphans(
  files: LakeFiles,
  options: { named: () => Promise<ReadonlySet<string>>; olderThan: Date },
): Promise<string[]> {
  const old: string[] = []
  for await (const { path, modifiedAt } of files.list()) if (modifiedAt <= options.olderThan) old.push(path)
  const named = await options.named()
  const removed: string[] = []
  for (const path of old) {
    if (named.has(path)) continue
    await files.remove(path)
    removed.push(path)
  }
  await files.sweep(options.olderThan)
  return removed
}
