import { describe, expect, it } from 'vitest'
import { parseSourceModule, readSourceModules, walk, type SourceModule } from './support/source-modules.ts'

/**
 * Who may import whom, by the first folder below src. A layer may always import itself.
 * `types` are layers of which only the types may be taken.
 */
const layers: Record<string, { imports: string[]; types?: string[] }> = {
  contract: { imports: [] },
  core: { imports: ['contract'] },

  store: { imports: ['contract', 'core'] },
  lake: { imports: ['contract', 'core'] },
  connectors: { imports: ['contract', 'core'] },
  quality: { imports: ['contract', 'core'] },
  privacy: { imports: ['contract', 'core'] },

  pipeline: { imports: ['contract', 'core', 'store', 'lake', 'connectors', 'quality', 'privacy'] },
  governance: { imports: ['contract', 'core', 'store', 'lake', 'connectors', 'quality', 'privacy'] },
  ml: { imports: ['contract', 'core', 'store', 'lake', 'connectors', 'quality', 'privacy'] },
  access: { imports: ['contract', 'core', 'store', 'lake', 'connectors', 'quality', 'privacy'] },
  ops: { imports: ['contract', 'core', 'store', 'lake', 'connectors', 'quality', 'privacy'] },

  server: {
    imports: ['contract', 'core', 'store', 'lake', 'connectors', 'quality', 'privacy', 'pipeline', 'governance', 'ml', 'access', 'ops'],
  },
  client: { imports: [], types: ['contract'] },
  web: { imports: ['client'], types: ['contract'] },
  cli: { imports: ['contract', 'core', 'client', 'server'] },
}

/** Packages that a layer may use; a layer not named here may use any. */
const packages: Record<string, string[]> = {
  contract: ['zod'],
  core: ['zod'],
  client: [],
}

const forbiddenNames = ['utils', 'util', 'helpers', 'helper', 'common', 'lib', 'misc', 'manager', 'service', 'base', 'types']
const longestFile = 300
const modules = readSourceModules('src')

describe('the architecture', () => {
  it('lets each layer import only the layers below it', () => {
    expect(modules.flatMap(importBreaches)).toEqual([])
  })

  it('keeps the contract and the rules free of everything but Zod', () => {
    const breaches = modules.flatMap((module) => {
      const allowed = packages[layerOf(module.file)]
      return allowed === undefined ? [] : foreignPackages(module, allowed)
    })
    expect(breaches).toEqual([])
  })

  it('has no import cycles', () => {
    expect(findCycle(modules)).toEqual([])
  })

  it('names files in kebab-case, after what they hold', () => {
    const bad = modules.filter(({ file }) => {
      const parts = file
        .split('/')
        .slice(1)
        .map((part) => part.replace(/\.d\.ts$|\.tsx?$/, ''))
      return parts.some((part) => forbiddenNames.includes(part) || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(part))
    })
    expect(bad.map(({ file }) => file)).toEqual([])
  })

  it('has no default exports', () => {
    expect(modules.filter((module) => module.exportsDefault).map(({ file }) => file)).toEqual([])
  })

  it(`has no file over ${longestFile} lines, blank ones not counted`, () => {
    const long = modules.map(({ file, text }) => ({ file, lines: text.split('\n').filter((line) => line.trim() !== '').length }))
    expect(long.filter(({ lines }) => lines > longestFile)).toEqual([])
  })

  it('quotes SQL identifiers and literals in core/sql.ts alone', () => {
    expect(modules.filter(({ file }) => file !== 'src/core/sql.ts').flatMap(handQuotedSql)).toEqual([])
  })

  it('reads environment variables in the settings files and the command line alone', () => {
    const readers = modules.filter(({ file }) => !/^src\/(cli\/.*|[a-z]+\/settings)\.ts$/.test(file)).flatMap(environmentReads)
    expect(readers).toEqual([])
  })

  it('makes up no number for a figure that is missing on a screen', () => {
    expect(modules.filter(({ file }) => file.startsWith('src/web/')).flatMap(madeUpNumbers)).toEqual([])
  })

  it('leaves nothing marked as unfinished', () => {
    const marks = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'not ' + 'implemented'].join('|')})\\b`)
    const all = [...modules, ...['test', 'scripts', 'bench'].flatMap(readSourceModules)]
    expect(all.filter(({ text }) => marks.test(text)).map(({ file }) => file)).toEqual([])
  })
})

function layerOf(file: string): string {
  return file.split('/')[1] ?? ''
}

function importBreaches(module: SourceModule): string[] {
  const layer = layerOf(module.file)
  const rule = layers[layer]
  if (rule === undefined) return [`${module.file} is in a layer that has no rule`]
  return module.imports.flatMap(({ file, specifier, typeOnly }) => {
    if (file === null) return []
    if (!file.startsWith('src/')) return /^package\.json$|\.css$/.test(file) ? [] : [`${module.file} imports ${specifier} outside src`]
    const target = layerOf(file)
    const allowed = target === layer || rule.imports.includes(target) || (typeOnly && (rule.types ?? []).includes(target))
    return allowed ? [] : [`${module.file} imports ${typeOnly ? 'types of ' : ''}${file}`]
  })
}

function foreignPackages(module: SourceModule, allowed: string[]): string[] {
  return module.imports
    .filter(({ file, specifier, typeOnly }) => file === null && !typeOnly && !allowed.includes(specifier))
    .map(({ specifier }) => `${module.file} imports ${specifier}`)
}

/** One cycle of imports that are there at run time, as a path; empty when there is none. */
function findCycle(all: SourceModule[]): string[] {
  const byFile = new Map(all.map((module) => [module.file, module]))
  const done = new Set<string>()
  const visit = (file: string, trail: string[]): string[] => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file]
    if (done.has(file)) return []
    const targets = byFile.get(file)?.imports.flatMap((entry) => (entry.typeOnly || entry.file === null ? [] : [entry.file])) ?? []
    for (const target of targets) {
      const cycle = visit(target, [...trail, file])
      if (cycle.length > 0) return cycle
    }
    done.add(file)
    return []
  }
  for (const { file } of all) {
    const cycle = visit(file, [])
    if (cycle.length > 0) return cycle
  }
  return []
}

interface TemplateLiteral {
  start: number
  quasis: { value: { raw: string } }[]
}

/** SQL templates with a quote right before an expression: `"${…}` or `'${…}`. */
function handQuotedSql(module: SourceModule): string[] {
  const found: string[] = []
  walk(module.program, (node) => {
    if (node.type !== 'TemplateLiteral') return
    const { quasis, start } = node as unknown as TemplateLiteral
    const texts = quasis.map((quasi) => quasi.value.raw)
    const isSql = /\b(select|insert into|delete from|update \w+ set|create|alter|copy|attach|read_\w+)\b[^.]/i.test(texts.join(' '))
    const quotes = texts.slice(0, -1).some((text, index) => opensQuote(text, texts.slice(0, index).join('')))
    if (isSql && quotes) found.push(`${module.file}:${lineAt(module.text, start)}`)
  })
  return found
}

/** Whether the text ends with a quote that opens: one that was not opened before it. */
function opensQuote(text: string, before: string): boolean {
  const quote = /["']$/.exec(text)?.[0]
  return quote !== undefined && (before + text).split(quote).length % 2 === 0
}

/** Settings of Atlas read from the environment. What a child process inherits of the system's own variables is no setting. */
function environmentReads(module: SourceModule): string[] {
  return [...module.text.matchAll(/\benv(?:\.|\[['"`])ATLAS_/g)].map((match) => `${module.file}:${lineAt(module.text, match.index)}`)
}

/** `?? 0`, `|| 1`, `?? 100`: a missing figure is shown as missing. */
function madeUpNumbers(module: SourceModule): string[] {
  const found: string[] = []
  walk(module.program, (node) => {
    if (node.type !== 'LogicalExpression') return
    const { operator, right, start } = node as unknown as { operator: string; right: { type: string; value?: unknown }; start: number }
    if (operator !== '&&' && right.type === 'Literal' && [0, 1, 100].includes(right.value as number))
      found.push(`${module.file}:${lineAt(module.text, start)}`)
  })
  return found
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

describe('the rules themselves', () => {
  it.each([
    ['a store file that imports the lake', 'src/store/a.ts', `import { b } from '../lake/b.ts'`, 1],
    ['a lazy import of the lake by the store', 'src/store/a.ts', `const b = await import('../lake/b.ts')`, 1],
    ['a re-export of the lake by the store', 'src/store/a.ts', `export { b } from '../lake/b.ts'`, 1],
    ['a web file that imports a schema of the contract', 'src/web/a.ts', `import { Run } from '../contract/runs.ts'`, 1],
    ['a web file that imports a type of the contract', 'src/web/a.ts', `import type { Run } from '../contract/runs.ts'`, 0],
    ['a core file that imports a type of the store', 'src/core/a.ts', `import type { Schema } from '../store/schema.ts'`, 1],
    ['a file in a folder that no layer names', 'src/new/a.ts', `export const a = 1`, 1],
    ['an import from outside src', 'src/core/a.ts', `import { a } from '../../test/a.ts'`, 1],
  ])('judge %s', (_case, file, text, breaches) => {
    expect(importBreaches(parseSourceModule(file, text))).toHaveLength(breaches)
  })

  it('find a cycle of three, and none where only types go round', () => {
    const c = parseSourceModule('src/core/c.ts', `import { a } from './a.ts'`)
    const b = parseSourceModule('src/core/b.ts', `import { c } from './c.ts'`)
    const a = parseSourceModule('src/core/a.ts', `import { b } from './b.ts'`)
    const typesOfB = parseSourceModule('src/core/a.ts', `import type { b } from './b.ts'`)
    expect(findCycle([a, b, c])).toEqual(['src/core/a.ts', 'src/core/b.ts', 'src/core/c.ts', 'src/core/a.ts'])
    expect(findCycle([typesOfB, b, c])).toEqual([])
  })

  it.each([
    ['an identifier quoted by hand', handQuotedSql, 'const q = `select * from "${name}"`', 1],
    ['a literal quoted by hand', handQuotedSql, "const q = sql`select '${name}' as a`", 1],
    ['a constant that ends before a part', handQuotedSql, "const q = sql`select * from read_csv(${file}, encoding='utf-8'${more})`", 0],
    ['a quoted name in a message', handQuotedSql, 'const text = `There is no column "${name}".`', 0],
    ['an environment variable', environmentReads, `const home = process.env['ATLAS_HOME']`, 1],
    ['a made-up zero', madeUpNumbers, 'const rows = run.rows ?? 0', 1],
    ['a made-up text', madeUpNumbers, `const rows = run.rows ?? 'not measured'`, 0],
  ])('find %s', (_case, rule, text, breaches) => {
    expect(rule(parseSourceModule('src/web/a.ts', text))).toHaveLength(breaches)
  })
})
