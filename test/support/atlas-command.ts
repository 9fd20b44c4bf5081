import { spawn, type ChildProcess } from 'node:child_process'
import path from 'node:path'

export const root = path.resolve(import.meta.dirname, '../..')

export interface CommandEnd {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export interface RunningCommand {
  child: ChildProcess
  ended: Promise<CommandEnd>
  /** Resolves once stderr holds the text, or at the end of the command. */
  said(text: string): Promise<void>
}

export interface CommandOptions {
  home: string
  /** A Postgres of the test's; the embedded one of the home without it. */
  databaseUrl?: string
  cwd?: string
  env?: Record<string, string>
  /** What comes on standard input; nothing unless told. */
  input?: string
}

/** Starts a command of Atlas as a person would, in a process of its own. */
export function startAtlas(args: string[], options: CommandOptions): RunningCommand {
  const { ATLAS_DATABASE_URL: _, ...inherited } = process.env
  const env = {
    ...inherited,
    ATLAS_HOME: options.home,
    ...(options.databaseUrl === undefined ? {} : { ATLAS_DATABASE_URL: options.databaseUrl }),
    ...options.env,
  }
  const child = spawn(process.execPath, [path.join(root, 'bin/atlas.js'), ...args], {
    cwd: options.cwd ?? root,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  // A command that does not read its input may be gone before it has all.
  child.stdin.on('error', () => undefined).end(options.input)
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  const ended = new Promise<CommandEnd>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, ...output }))
  })
  const said = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (output.stderr.includes(text)) resolve()
      }
      child.stderr.on('data', look)
      child.on('close', () => resolve())
      look()
    })
  return { child, ended, said }
}

/** Runs a command of Atlas to its end. */
export function atlas(args: string[], options: CommandOptions): Promise<CommandEnd> {
  return startAtlas(args, options).ended
}

export interface RunningServer extends RunningCommand {
  /** Where it listens, without a path. */
  url: string
  /** Lets it end as an operator does. Resolves with its end. */
  stop(): Promise<CommandEnd>
}

/** A server for the commands of a test, which are its clients then: opening a home for each takes seconds. Resolves once it answers. */
export async function startServer(options: CommandOptions): Promise<RunningServer> {
  const server = startAtlas(['start', '--port', '0'], options)
  const url = await new Promise<string>((resolve, reject) => {
    let said = ''
    server.child.stdout?.on('data', (text: string) => {
      said += text
      if (said.includes('Sign in')) resolve(/http:\/\/[^\s/]+/.exec(said)?.[0] ?? '')
    })
    void server.ended.then(({ stderr }) => reject(new Error(`the server ended: ${stderr}`)))
  })
  const stop = (): Promise<CommandEnd> => {
    server.child.kill('SIGTERM')
    return server.ended
  }
  return { ...server, url, stop }
}
