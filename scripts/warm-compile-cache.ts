import { enableCompileCache, flushCompileCache } from 'node:module'
import path from 'node:path'

/** Compiles what `atlas start` loads into the folder where `bin/atlas.js` looks, so that the first start is as quick as the next. */
export async function warmCompileCache(): Promise<void> {
  enableCompileCache(path.resolve(import.meta.dirname, '../node_modules/.cache/atlas'))
  await import('../src/cli/program.ts')
  await import('../src/cli/commands/start.ts')
  flushCompileCache()
}
