import { statfs } from 'node:fs/promises'

/** Below this much free space a run may find no room for its files beside those that readers still hold. */
export const LOW_SPACE_BYTES = 2 * 1024 ** 3

/** Bytes that may still be written below a folder. */
export async function freeSpace(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return Number(bavail) * Number(bsize)
}
