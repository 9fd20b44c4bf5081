import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkedOutCommit, nameInRepository, originOf } from '../../src/cli/repository.ts'

const COMMIT = '0123456789abcdef0123456789abcdef01234567'
let folder: string
beforeAll(async () => {
  folder = await mkdtemp('/tmp/atlas-repository-')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function files(name: string, content: Record<string, string>): Promise<string> {
  for (const [file, text] of Object.entries(content)) {
    await mkdir(path.dirname(path.join(folder, name, file)), { recursive: true })
    await writeFile(path.join(folder, name, file), text)
  }
  return path.join(folder, name)
}

describe('the commit that is checked out', () => {
  it.each([
    ['of a branch', { '.git/HEAD': 'ref: refs/heads/main\n', '.git/refs/heads/main': `${COMMIT}\n` }, COMMIT],
    [
      'of a branch among packed ones',
      {
        '.git/HEAD': 'ref: refs/heads/a/b\n',
        '.git/packed-refs': `# pack-refs\n${'f'.repeat(40)} refs/heads/b\n${COMMIT} refs/heads/a/b\n`,
      },
      COMMIT,
    ],
    ['of no branch', { '.git/HEAD': `${COMMIT}\n` }, COMMIT],
    [
      'of a work tree beside the main one',
      {
        '.git': 'gitdir: ../main/.git/worktrees/w\n',
        '../main/.git/worktrees/w/HEAD': 'ref: refs/heads/w\n',
        '../main/.git/worktrees/w/commondir': '../..\n',
        '../main/.git/refs/heads/w': COMMIT,
      },
      COMMIT,
    ],
    ['of a repository without commits is none', { '.git/HEAD': 'ref: refs/heads/main\n' }, null],
    ['of what is no repository is none', { 'pipelines/a.yaml': 'name: a\n' }, null],
  ])('%s', async (what, content, commit) => {
    const root = await files(what.replaceAll(' ', '-'), content)
    await mkdir(path.join(root, 'deep'), { recursive: true })
    expect(await checkedOutCommit(path.join(root, 'deep'))).toBe(commit)
  })

  it('and the name of a file in it do not depend on where the checkout is', async () => {
    const root = await files('named', { '.git/HEAD': COMMIT, 'shop/pipelines/a.yaml': '' })
    expect(nameInRepository(path.join(root, 'shop/pipelines/a.yaml'), '/elsewhere')).toBe('shop/pipelines/a.yaml')
    const loose = await files('loose', { 'pipelines/a.yaml': '' })
    expect(nameInRepository(path.join(loose, 'pipelines/a.yaml'), loose)).toBe('pipelines/a.yaml')
  })
})

describe('where a checkout comes from', () => {
  it.each([
    ['git@github.com:acme/shop.git', 'github.com/acme/shop'],
    ['https://github.com/acme/shop.git', 'github.com/acme/shop'],
    ['https://ci:t0ken@GitHub.com/acme/shop', 'github.com/acme/shop'],
    ['ssh://git@git.example.com:2222/acme/shop.git', 'git.example.com/acme/shop'],
    ['ssh://git.example.com/acme/deep/shop/', 'git.example.com/acme/deep/shop'],
    ['/srv/git/shop.git', 'srv/git/shop'],
    ['file:///srv/git/shop.git', 'srv/git/shop'],
  ])('%s is %s', async (url, origin) => {
    const config = `[core]\n\tbare = false\n[remote "backup"]\n\turl = git@elsewhere:x.git\n[remote "origin"]\n\turl = ${url}\n\tfetch = +refs\n`
    expect(await originOf(await files(`from-${origin.replaceAll('/', '-')}`, { '.git/config': config }))).toBe(origin)
  })

  it('is the same in a work tree beside the main one, and nothing without a remote of that name', async () => {
    const config = '[remote "origin"]\n\turl = https://git.example.com/acme/tree.git\n'
    const beside = await files('beside/w', {
      '.git': 'gitdir: ../main/.git/worktrees/w\n',
      '../main/.git/worktrees/w/commondir': '../..\n',
      '../main/.git/config': config,
    })
    expect(await originOf(beside)).toBe('git.example.com/acme/tree')
    expect(await originOf(await files('lonely', { '.git/config': '[core]\n\tbare = false\n' }))).toBeNull()
    expect(await originOf(await files('loose', { 'a.txt': '' }))).toBeNull()
  })
})
