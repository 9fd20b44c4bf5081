import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Runs `work` with a folder for a home that every user can enter (Postgres runs as another user than root), and removes it afterwards. */
export async function withTemporaryHome<T>(work: (home: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'atlas-bench-'))
  await chmod(folder, 0o755)
  try {
    return await work(path.join(folder, 'home'))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
