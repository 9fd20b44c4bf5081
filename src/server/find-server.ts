import { locateHome } from '../store/home.ts'
import { readOwner } from '../store/owner-lock.ts'

/** The server that runs on a home, for the command line on the same machine; null when there is none (or none that serves). */
export async function findServer(home: string): Promise<{ url: string; cliToken: string; pid: number } | null> {
  const owner = await readOwner(locateHome(home))
  if (owner === null || !owner.alive || owner.url === undefined || owner.cliToken === undefined) return null
  return { url: owner.url, cliToken: owner.cliToken, pid: owner.pid }
}
