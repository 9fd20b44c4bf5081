import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BuiltApp, buildApp } from './built-app.ts'

const KB = 1000

describe('the first load', () => {
  let app: BuiltApp
  beforeAll(async () => {
    app = await buildApp()
  })
  afterAll(() => app.remove())

  const gzipped = (file: string) => gzipSync(readFileSync(join(app.folder, file)), { level: 9 }).length
  const assets = (end: string) =>
    readdirSync(join(app.folder, 'assets'))
      .filter((name) => name.endsWith(end))
      .map((name) => `assets/${name}`)

  /** The page's own script, with all that it and the first page import. */
  function firstLoad(page: string): string[] {
    const html = readFileSync(join(app.folder, 'index.html'), 'utf8')
    const seen = new Set<string>()
    const follow = (file: string) => {
      if (seen.has(file)) return
      seen.add(file)
      const text = readFileSync(join(app.folder, file), 'utf8')
      for (const [, name] of text.matchAll(/(?:from|import)\s*["'`]\.\/([\w.-]+\.js)["'`]/g)) follow(`assets/${name}`)
    }
    for (const [, name] of html.matchAll(/(?:src|href)="\/(assets\/[\w.-]+\.js)"/g)) follow(name!)
    follow(assets('.js').find((name) => name.startsWith(`assets/${page}-`))!)
    return [...seen]
  }

  it.each(['dashboard', 'run', 'dataset', 'new-upload', 'sources', 'new-source', 'source'])(
    'of the page %s has at most 200 kB of JavaScript gzipped',
    (page) => {
      const files = firstLoad(page)
      expect(files.length).toBeGreaterThan(1)
      expect(files.reduce((sum, file) => sum + gzipped(file), 0)).toBeLessThan(200 * KB)
    },
  )

  it('has at most 20 kB of CSS gzipped', () => {
    expect(assets('.css').reduce((sum, file) => sum + gzipped(file), 0)).toBeLessThan(20 * KB)
  })

  it('has two fonts with at most 55 kB', () => {
    const fonts = assets('.woff2')
    expect(fonts).toHaveLength(2)
    expect(fonts.reduce((sum, file) => sum + statSync(join(app.folder, file)).size, 0)).toBeLessThan(55 * KB)
  })

  it('needs no data: address, which the CSP would refuse', () => {
    const css = assets('.css')
      .map((file) => readFileSync(join(app.folder, file), 'utf8'))
      .join('')
    expect(css).not.toContain('data:')
  })
})
