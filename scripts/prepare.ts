import { buildWebIfStale } from './build-web.ts'

/** Runs after `npm ci`, so that `npm start` has nothing left to do. */
await buildWebIfStale()
