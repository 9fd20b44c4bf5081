import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A new folder directly under /tmp (as root, Postgres runs as another user and must be able to get there), removed after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(process.platform === 'win32' ? (process.env['TEMP'] ?? '.') : '/tmp', 'atlas-test-home-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))
  return folder
}
