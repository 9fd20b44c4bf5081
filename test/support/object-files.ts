import { mkdtemp, rm } from 'node:fs/promises'
import { onTestFinished } from 'vitest'
import type { LakeFiles, SealedFile } from '../../src/lake/lake-files.ts'
import { openObjectFiles } from '../../src/lake/object-store/open-object-files.ts'
import { openObjectStore } from '../../src/lake/object-store/object-store.ts'
import { openReadCache, type ReadCache } from '../../src/lake/object-store/read-cache.ts'

export interface TestObjectFiles {
  files: LakeFiles
  cache: ReadCache
  /** What commits have recorded. */
  recorded: Map<string, SealedFile>
}

/** Files in a bucket, with a cache of their own, until the test ends. */
export async function openTestFiles(
  place: { endpoint: string; bucket: string },
  { limitBytes = 1e9, silenceMs = 30_000, recorded = new Map<string, SealedFile>(), folder = '' } = {},
): Promise<TestObjectFiles> {
  const cacheFolder = folder === '' ? await mkdtemp('/tmp/atlas-test-cache-') : folder
  const cache = await openReadCache(cacheFolder, limitBytes)
  const store = openObjectStore({ ...place, prefix: 'some/lake', region: 'us-east-1', pathStyle: true, silenceMs })
  const files = openObjectFiles({ store, cache, recorded: () => Promise.resolve(recorded) })
  onTestFinished(async () => {
    files.close()
    await rm(cacheFolder, { recursive: true, force: true })
  })
  return { files, cache, recorded }
}
