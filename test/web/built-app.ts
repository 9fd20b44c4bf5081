import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const home = new URL('../../', import.meta.url).pathname

/** Builds the app as `npm run build` does (a process of its own, production mode), into a folder of its own. */
export async function buildApp(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'atlas-web-'))
  await promisify(execFile)(
    process.execPath,
    [join(home, 'node_modules/vite/bin/vite.js'), 'build', '--outDir', folder, '--emptyOutDir', '--logLevel', 'warn'],
    {
      cwd: home,
      env: { ...process.env, NODE_ENV: 'production' },
    },
  )
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}
