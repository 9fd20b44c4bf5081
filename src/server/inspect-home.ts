import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { AtlasError, errors } from '../core/errors.ts'
import { verifyFiles } from '../lake/verify.ts'
import { committedPaths, recordedFiles } from '../store/committed-files.ts'
import { locateHome } from '../store/home.ts'
import { readOwner } from '../store/owner-lock.ts'
import { findServer } from './find-server.ts'
import { openPlatform } from './open-platform.ts'
import type { PartHealth, Platform } from './platform.ts'
import type { Settings } from './settings.ts'

export interface Finding {
  part: string
  state: 'well' | 'note' | 'wrong'
  detail: string
  code: string | null
  /** How to mend it. */
  next: string | null
}

export interface InspectOptions {
  home: string
  settings: Settings
  version: string
  verify: boolean
}

/** Looks at everything that Atlas needs on this machine. With a server running, asks it; otherwise opens the home for the time it takes. */
export async function inspectHome(options: InspectOptions): Promise<Finding[]> {
  const findings = [runtime(), memory(options), await webApp()]
  const home = locateHome(options.home)
  if (!existsSync(home.root))
    return [...findings, note('home', `${home.root} does not exist yet; the first atlas run or atlas start makes it.`)]
  const server = await findServer(options.home)
  if (server !== null) return [...findings, ...(await askServer(server.url, server.pid, options.verify))]
  return [...findings, ...(await openAndLook(options))]
}

function well(part: string, detail: string): Finding {
  return { part, state: 'well', detail, code: null, next: null }
}

function note(part: string, detail: string, next: string | null = null): Finding {
  return { part, state: 'note', detail, code: null, next }
}

function wrong(part: string, error: unknown): Finding {
  if (error instanceof AtlasError) return { part, state: 'wrong', detail: error.message, code: error.code, next: error.next }
  return { part, state: 'wrong', detail: error instanceof Error ? error.message : String(error), code: 'internal', next: 'Report it.' }
}

function runtime(): Finding {
  return well('node', `${process.version} on ${process.platform}-${process.arch}`)
}

function memory(options: InspectOptions): Finding {
  return well('memory', `DuckDB may use ${(options.settings.memoryBytes / 1e9).toFixed(1)} GB and ${options.settings.threads} threads`)
}

async function webApp(): Promise<Finding> {
  const index = path.resolve(import.meta.dirname, '../../dist/web/index.html')
  const built = await stat(index).catch(() => null)
  if (built !== null) return well('web app', `built ${built.mtime.toISOString()}`)
  return note('web app', 'The web app is not built; the terminal and HTTP work without it.', 'Build it with: npm run build')
}

async function askServer(url: string, pid: number, verify: boolean): Promise<Finding[]> {
  const findings = [well('server', `process ${pid} serves ${url}`)]
  const response = await fetch(`${url}/health/ready`)
  const { parts } = (await response.json()) as { parts: PartHealth[] }
  for (const part of parts)
    findings.push({
      part: part.part,
      state: part.ok ? 'well' : 'wrong',
      detail: part.detail,
      code: part.code,
      next: nextFor(part),
    })
  if (verify)
    findings.push(
      note('files', 'Files are verified while no server runs on the home.', 'Stop the server, then run atlas doctor --verify again.'),
    )
  return findings
}

function nextFor({ ok, code }: PartHealth): string | null {
  if (ok) return null
  return code === null || code === 'internal' ? 'See the log of the server.' : errors[code].next
}

async function openAndLook(options: InspectOptions): Promise<Finding[]> {
  const owner = await readOwner(locateHome(options.home))
  const findings: Finding[] = []
  if (owner !== null && !owner.alive)
    findings.push(
      note('home', `The last owner, process ${owner.pid} (${owner.command}), did not end in order; what it had not published is gone.`),
    )
  try {
    const { platform, home } = await openPlatform({ ...options, command: 'atlas doctor', onError: () => undefined })
    try {
      findings.push(well('home', home.root))
      for (const part of await platform.health())
        findings.push(
          part.ok
            ? well(part.part, part.detail)
            : { part: part.part, state: 'wrong', detail: part.detail, code: part.code, next: nextFor(part) },
        )
      findings.push(await files(platform, options.verify))
    } finally {
      await platform.close()
    }
  } catch (error) {
    findings.push(wrong('home', error))
  }
  return findings
}

async function files({ db, lake }: Pick<Platform, 'db' | 'lake'>, verify: boolean): Promise<Finding> {
  if (!verify) {
    const paths = await committedPaths(db)
    return well('files', `${paths.size} committed files; atlas doctor --verify proves them`)
  }
  const recorded = await recordedFiles(db)
  const damages = await verifyFiles(lake.files, recorded)
  if (damages.length === 0) return well('files', `${recorded.length} committed files verified: all there, with their size and SHA-256`)
  const [first] = damages
  const detail = `${damages.length} of ${recorded.length} committed files are damaged: ${damages
    .slice(0, 5)
    .map((damage) => `${damage.path} (${damage.detail})`)
    .join('; ')}`
  return { part: 'files', state: 'wrong', detail, code: first?.code ?? null, next: 'Restore the files named from a backup.' }
}
