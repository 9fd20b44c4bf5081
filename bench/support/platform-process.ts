import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const bin = path.resolve(import.meta.dirname, '../../bin/atlas.js')
const startLimitMs = 60_000

export interface PlatformProcess {
  baseUrl: string
  /** Milliseconds from the spawn to the first 200 of /health/ready. */
  readyMs: number
  /** Ends it as Ctrl+C does and waits until it is gone. */
  stop(): Promise<void>
}

/**
 * Starts `atlas start` on a free port.
 * @param home ATLAS_HOME
 * @throws Error when it ends, or is not ready within a minute; the message holds what it wrote
 */
export async function startPlatform(home: string): Promise<PlatformProcess> {
  const port = await freePort()
  const baseUrl = `http://127.0.0.1:${port}`
  const started = performance.now()
  const child = spawn(process.execPath, [bin, 'start', '--port', String(port)], {
    env: { ...process.env, ATLAS_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  while (!(await answers(`${baseUrl}/health/ready`))) {
    if (child.exitCode !== null || performance.now() - started > startLimitMs) {
      child.kill('SIGKILL')
      throw new Error(`atlas start was not ready: ${output}`)
    }
    await wait(5)
  }
  const readyMs = performance.now() - started
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGINT')
    await gone
  }
  return { baseUrl, readyMs, stop }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url)
    await response.arrayBuffer()
    return response.status === 200
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
