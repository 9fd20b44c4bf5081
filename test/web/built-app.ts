import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildWeb, isWebFresh, webFolder } from '../../scripts/build-web.ts'

export interface BuiltApp {
  folder: string
  remove: () => Promise<void>
}

/** The app in a folder of its own: what was built before the tests while that is newer than its sources, else built anew. */
export function builtApp(): Promise<BuiltApp> {
  // A copy, because a build beside the tests empties the folder.
  return inFolder(async (folder) => ((await isWebFresh()) ? cp(webFolder, folder, { recursive: true }) : buildWeb(folder)))
}

/** The app built anew, into a folder of its own. */
export function buildApp(): Promise<BuiltApp> {
  return inFolder(buildWeb)
}

async function inFolder(fill: (folder: string) => Promise<void>): Promise<BuiltApp> {
  const folder = await mkdtemp(join(tmpdir(), 'atlas-web-'))
  await fill(folder)
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}
