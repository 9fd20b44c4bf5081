import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'

/**
 * Removes files of the lake that no commit names and that are older than the grace period: what a killed run left behind.
 * @param options.named asks for the paths that commits name, after the folder was listed: a file committed meanwhile is named
 * @returns paths removed, relative to the lake folder
 */
export async function removeOrphans(
  lakeFolder: string,
  options: { named: () => Promise<Set<string>>; olderThan: Date },
): Promise<string[]> {
  const entries = await readdir(lakeFolder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(lakeFolder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
  const named = await options.named()
  const removed: string[] = []
  for (const file of files) {
    if (named.has(file)) continue
    const absolute = path.join(lakeFolder, file)
    const found = await stat(absolute).catch(() => null)
    if (found === null || found.mtime > options.olderThan) continue
    await rm(absolute, { force: true })
    removed.push(file)
  }
  return removed
}
