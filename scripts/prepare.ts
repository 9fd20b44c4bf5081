import { buildWebIfStale } from './build-web.ts'
import { warmCompileCache } from './warm-compile-cache.ts'

/** Runs after `npm ci`, so that `npm start` has nothing left to do. */
await buildWebIfStale()
await warmCompileCache()
