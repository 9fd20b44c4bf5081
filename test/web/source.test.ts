import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = new URL('../../src/web/', import.meta.url).pathname
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(ts|tsx)$/.test(name))
  .map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }))

describe('the source of the web app', () => {
  it('has files to look at', () => {
    expect(files.length).toBeGreaterThan(50)
  })

  it.each([
    ['a number that stands in for a missing one', /(\?\?|\|\|)\s*\d/],
    ['a green state that stands in for a missing one', /(\?\?|\|\|)\s*['"](ok|succeeded|passed|success)['"]/],
    ['a date formatter of its own', /toLocale(Date|Time)?String\(/],
    ['markup from a string', /dangerouslySetInnerHTML|innerHTML\s*=/],
    ['a value from the contract, which would bring Zod into the browser', /^import (?!type\b)[^'"]*['"][./]+contract\//m],
    ['an address of another origin', /https?:\/\//],
  ])('never has %s', (_, pattern) => {
    expect(files.filter(({ text }) => pattern.test(text)).map(({ name }) => name)).toEqual([])
  })
})
