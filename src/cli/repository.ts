import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'

/** The folder of the Git checkout that a folder is in; null outside of one. */
export function repositoryOf(folder: string): string | null {
  if (existsSync(path.join(folder, '.git'))) return folder
  const parent = path.dirname(folder)
  return parent === folder ? null : repositoryOf(parent)
}

/** The name that a file has wherever it is applied from: relative to its Git checkout, else to the folder given. */
export function nameInRepository(file: string, otherwise: string): string {
  const absolute = path.resolve(file)
  const relative = path.relative(repositoryOf(path.dirname(absolute)) ?? otherwise, absolute)
  return (relative.startsWith('..') ? absolute : relative).split(path.sep).join('/')
}

/** The commit that is checked out, read from Git's own files; null where that cannot be told. */
export async function checkedOutCommit(folder: string): Promise<string | null> {
  const root = repositoryOf(path.resolve(folder))
  if (root === null) return null
  const own = await gitFolder(path.join(root, '.git'))
  const head = await textOf(path.join(own, 'HEAD'))
  const ref = /^ref: (.+)$/.exec(head)?.[1]
  if (ref === undefined) return commitOf(head)
  const shared = path.resolve(own, (await textOf(path.join(own, 'commondir'))) || '.')
  const loose = commitOf(await textOf(path.join(own, ref))) ?? commitOf(await textOf(path.join(shared, ref)))
  if (loose !== null) return loose
  const packed = (await textOf(path.join(shared, 'packed-refs'))).split('\n').find((line) => line.endsWith(` ${ref}`))
  return commitOf(packed?.split(' ')[0] ?? '')
}

/**
 * Where a checkout comes from, as in `github.com/acme/shop`: the address of its remote `origin` without protocol, sign-in, port and `.git`, so that it
 * is the same by SSH and by HTTPS. Null where it has none. Read from Git's own file.
 */
export async function originOf(root: string): Promise<string | null> {
  const own = await gitFolder(path.join(root, '.git'))
  const shared = path.resolve(own, (await textOf(path.join(own, 'commondir'))) || '.')
  const section = /^\s*\[remote "origin"\]([^[]*)/m.exec(await textOf(path.join(shared, 'config')))?.[1]
  const url = /^\s*url\s*=\s*"?([^"\n]+?)"?\s*$/m.exec(section ?? '')?.[1]
  if (url === undefined) return null
  const [, host = '', place = ''] = /^(?:[a-z+]+:\/\/)?(?:[^@/]*@)?([^/:]*)(?::\d+(?=\/))?[:/]*(.*?)(?:\.git)?\/*$/i.exec(url) ?? []
  return (
    [host.toLowerCase(), place]
      .filter((part) => part !== '')
      .join('/')
      .slice(0, 200) || null
  )
}

/** In a work tree beside the main one `.git` is a file that names the folder. */
async function gitFolder(dotGit: string): Promise<string> {
  const target = /^gitdir: (.+)$/.exec(await textOf(dotGit))?.[1]
  return target === undefined ? dotGit : path.resolve(path.dirname(dotGit), target)
}

function commitOf(text: string): string | null {
  return /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text) ? text : null
}

async function textOf(file: string): Promise<string> {
  return (await readFile(file, 'utf8').catch(() => '')).trim()
}
