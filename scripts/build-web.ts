import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')
const viteBin = path.join(root, 'node_modules/vite/bin/vite.js')
/** Where the server looks for the web app. */
export const webFolder = path.join(root, 'dist/web')
/** What the web app is made from: a change in any of it makes the build stale. */
const sources = ['src/web', 'src/contract', 'src/client', 'vite.config.ts', 'package-lock.json']

/**
 * Builds the web app into `dist/web` unless the one there is newer than its sources. Says so in one line and does nothing where Vite
 * is not installed (`npm ci --omit=dev`). Throws when the build fails.
 */
export async function buildWebIfStale(): Promise<void> {
  if (!existsSync(path.join(root, 'vite.config.ts'))) return
  if (!existsSync(viteBin)) {
    console.error('web app not built: development dependencies are not installed; run `npm ci` without --omit=dev')
    return
  }
  if (!(await isWebFresh())) await buildWeb(webFolder)
}

/** @returns whether the web app in `dist/web` is there and newer than all it is made from */
export async function isWebFresh(): Promise<boolean> {
  const page = path.join(webFolder, 'index.html')
  return existsSync(page) && (await stat(page)).mtimeMs >= (await newestChange())
}

/** Builds the web app into a folder as `npm run build` does: a process of its own, production mode. Throws when the build fails. */
export async function buildWeb(folder: string): Promise<void> {
  const build = spawn(process.execPath, [viteBin, 'build', '--outDir', folder, '--emptyOutDir', '--logLevel', 'warn'], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: 'inherit',
  })
  const [code] = await once(build, 'exit')
  if (code !== 0) throw new Error(`vite build ended with exit code ${code}`)
}

async function newestChange(): Promise<number> {
  const times = await Promise.all(sources.map((source) => newestIn(path.join(root, source))))
  return Math.max(...times)
}

async function newestIn(place: string): Promise<number> {
  if (!existsSync(place)) return 0
  const own = await stat(place)
  if (!own.isDirectory()) return own.mtimeMs
  const entries = await readdir(place, { recursive: true, withFileTypes: true })
  const times = await Promise.all(entries.map(async (entry) => (await stat(path.join(entry.parentPath, entry.name))).mtimeMs))
  return Math.max(own.mtimeMs, ...times)
}
