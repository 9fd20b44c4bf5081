import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { errors } from '../../src/core/errors.ts'

const pages = [...globSync('*.md'), ...globSync('docs/**/*.md'), ...globSync('bench/*.md'), ...globSync('examples/*.md')].map((file) => ({
  file,
  text: readFileSync(file, 'utf8'),
}))

describe('the docs', () => {
  it('link only to files and headings that are there', () => {
    const broken = pages.flatMap((page) =>
      [...page.text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)]
        .map(([, link]) => link ?? '')
        .filter((link) => !linkWorks(page, link))
        .map((link) => `${page.file}: ${link}`),
    )
    expect(broken).toEqual([])
  })

  it('name only commands that atlas has', () => {
    const unknown = pages.flatMap(({ file, text }) =>
      [...text.matchAll(/^\s*npx atlas ([a-z]+(?: [a-z]+)?)/gm), ...text.matchAll(/`(?:npx )?atlas ([a-z]+(?: [a-z]+)?)[^`]*`/g)]
        .map(([, words]) => words ?? '')
        .filter((words) => !isCommand(createProgram(), words.split(' ')))
        .map((words) => `${file}: atlas ${words}`),
    )
    expect(unknown).toEqual([])
  })

  it('name only npm scripts that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
    const unknown = pages.flatMap(({ file, text }) =>
      [...text.matchAll(/npm run ([a-z:]+)/g)].filter(([, name]) => !(String(name) in scripts)).map(([used]) => `${file}: ${used}`),
    )
    expect(unknown).toEqual([])
  })

  it('name only error codes that the table has', () => {
    const areas = new Set(Object.keys(errors).map((code) => code.split('.')[0]))
    const unknown = pages
      .filter(({ file }) => !file.includes('reference'))
      .flatMap(({ file, text }) =>
        [...text.matchAll(/`([a-z]+)\.([a-z_]+)`/g)]
          .filter(([, area]) => areas.has(area))
          .map(([, area, rest]) => ({ file, code: `${area}.${rest}` })),
      )
      .filter(({ code }) => !(code in errors))
    expect(unknown).toEqual([])
  })
})

function linkWorks(page: { file: string; text: string }, link: string): boolean {
  const [target = '', anchor] = link.split('#')
  const file = target === '' ? page.file : path.join(path.dirname(page.file), target)
  if (!existsSync(file)) return false
  if (anchor === undefined || !file.endsWith('.md')) return true
  const text = readFileSync(file, 'utf8')
  return text.includes(`<a id="${anchor}">`) || [...text.matchAll(/^#+ (.+)$/gm)].some(([, title]) => slug(title ?? '') === anchor)
}

/** A heading's anchor as code hosts make it. */
function slug(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\- _]/gu, '')
    .replaceAll(' ', '-')
}

function isCommand(program: Command, words: string[]): boolean {
  const command = program.commands.find((each) => each.name() === words[0])
  if (command === undefined) return false
  // One that takes something itself is followed by that.
  const takesSomething = command.commands.length === 0 || command.registeredArguments.length > 0
  return takesSomething || doesSomething(command, words) || command.commands.some((each) => each.name() === words[1])
}

/** Some have commands below them and are commands themselves. */
function doesSomething(command: Command, words: string[]): boolean {
  return words.length === 1 && typeof (command as unknown as { _actionHandler?: unknown })._actionHandler === 'function'
}
