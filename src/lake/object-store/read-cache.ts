import { mkdirSync } from 'node:fs'
import { rm, utimes } from 'node:fs/promises'
import path from 'node:path'
import { listFolder } from '../local-files.ts'

export interface ReadCache {
  /** Absolute. */
  folder: string
  limitBytes: number
  has(file: string): boolean
  /** Takes in a file that stands in the folder, or notes that it was used. Others go until the limit is kept. */
  add(file: string, sizeBytes: number): void
  use(file: string): void
  /** Keeps files, there or still to come, from being let go. @returns lets go of them; once */
  pin(files: readonly string[]): () => void
  /** Lets files go that were used longest ago, until so many more bytes fit in. Pinned ones stay, whatever the limit. */
  makeRoom(bytes: number): Promise<void>
  /** Removes a file. */
  drop(file: string): Promise<void>
  /** Resolves when nothing is being removed under this name. */
  settled(file: string): Promise<void>
  /** Files that nobody has used since, and that nothing pins. */
  unusedSince(time: Date): string[]
}

interface Entry {
  sizeBytes: number
  usedAt: number
  /** When the last use was noted on disk, for the order after a restart. */
  notedAt: number
}

const NOTE_EVERY_MS = 60_000

/** What is being written or fetched; never a whole file. */
export const PARTIAL = '.part'

/**
 * Files that are kept on this machine because they were read, up to a limit. The folder belongs to this process alone; the order of use outlives it,
 * as the files' times.
 * @param folder absolute
 */
export async function openReadCache(folder: string, limitBytes: number, now: () => number = Date.now): Promise<ReadCache> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  /** Longest unused first. */
  const entries = new Map<string, Entry>()
  const pins = new Map<string, number>()
  const going = new Map<string, Promise<void>>()
  let usedBytes = 0

  const found = []
  for await (const file of listFolder(folder)) {
    if (file.path.endsWith('.parquet')) found.push(file)
    else await rm(path.join(folder, file.path), { force: true })
  }
  found.sort((a, b) => a.modifiedAt.getTime() - b.modifiedAt.getTime())
  for (const file of found) enter(file.path, file.sizeBytes, file.modifiedAt.getTime())
  await makeRoom(0)

  function enter(file: string, sizeBytes: number, usedAt: number): void {
    usedBytes += sizeBytes - (entries.get(file)?.sizeBytes ?? 0)
    entries.delete(file)
    entries.set(file, { sizeBytes, usedAt, notedAt: usedAt })
  }

  function use(file: string): void {
    const entry = entries.get(file)
    if (entry === undefined) return
    entries.delete(file)
    entries.set(file, entry)
    entry.usedAt = now()
    if (entry.usedAt - entry.notedAt < NOTE_EVERY_MS) return
    entry.notedAt = entry.usedAt
    const time = new Date(entry.usedAt)
    // Only the order after a restart depends on it.
    void utimes(path.join(folder, file), time, time).catch(() => undefined)
  }

  async function drop(file: string): Promise<void> {
    usedBytes -= entries.get(file)?.sizeBytes ?? 0
    entries.delete(file)
    const removal = rm(path.join(folder, file), { force: true }).finally(() => {
      if (going.get(file) === removal) going.delete(file)
    })
    going.set(file, removal)
    await removal
  }

  async function makeRoom(bytes: number): Promise<void> {
    const dropped: string[] = []
    let left = usedBytes + bytes - limitBytes
    for (const [file, { sizeBytes }] of entries) {
      if (left <= 0) break
      if (pins.has(file)) continue
      dropped.push(file)
      left -= sizeBytes
    }
    await Promise.all(dropped.map(drop))
  }

  function unpin(files: readonly string[]): void {
    for (const file of files) {
      const count = (pins.get(file) ?? 1) - 1
      if (count === 0) pins.delete(file)
      else pins.set(file, count)
    }
    if (usedBytes > limitBytes) void makeRoom(0).catch(() => undefined)
  }

  return {
    folder,
    limitBytes,
    has: (file) => entries.has(file),
    add(file, sizeBytes) {
      enter(file, sizeBytes, now())
      if (usedBytes > limitBytes) void makeRoom(0).catch(() => undefined)
    },
    use,
    pin(files) {
      for (const file of files) pins.set(file, (pins.get(file) ?? 0) + 1)
      let isHeld = true
      return () => {
        if (isHeld) unpin(files)
        isHeld = false
      }
    },
    makeRoom,
    drop,
    settled: async (file) => going.get(file),
    unusedSince: (time) => [...entries].filter(([file, { usedAt }]) => usedAt <= time.getTime() && !pins.has(file)).map(([file]) => file),
  }
}
