import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readSourceModules, walk, type SourceModule } from './support/source-modules.ts'

interface Registry {
  what: string
  folder: string
  /** The one place where the plug-ins are listed. */
  index: string
  /** Which files of the folder are plug-ins, e.g. those that call this function or export such a name. */
  plugIn: { calls: string } | { exports: RegExp } | 'every file' | 'files named after their folder'
}

const registries: Registry[] = [
  { what: 'connector', folder: 'src/connectors', index: 'src/connectors/index.ts', plugIn: { calls: 'defineConnector' } },
  {
    what: 'recognizer',
    folder: 'src/privacy/recognizers',
    index: 'src/privacy/recognizers/index.ts',
    plugIn: { calls: 'defineRecognizer' },
  },
  { what: 'action', folder: 'src/privacy/actions', index: 'src/privacy/actions/index.ts', plugIn: 'every file' },
  { what: 'check', folder: 'src/quality', index: 'src/quality/index.ts', plugIn: { calls: 'defineCheck' } },
  { what: 'alert rule', folder: 'src/ops/alerts', index: 'src/ops/alerts/rules/index.ts', plugIn: { calls: 'defineAlertRule' } },
  { what: 'channel of alerts', folder: 'src/ops/alerts', index: 'src/ops/alerts/channels/index.ts', plugIn: { calls: 'defineChannel' } },
  { what: 'table of endpoints', folder: 'src/contract', index: 'src/contract/index.ts', plugIn: { exports: /[a-z]Endpoints$/ } },
  { what: 'table of routes', folder: 'src/server/routes', index: 'src/server/routes/index.ts', plugIn: { exports: /[a-z]Routes$/ } },
  { what: 'page', folder: 'src/web/pages', index: 'src/web/routes.tsx', plugIn: 'files named after their folder' },
  { what: 'migration', folder: 'src/store/migrations', index: 'src/store/migrate.ts', plugIn: 'every file' },
  { what: 'command', folder: 'src/cli/commands', index: 'src/cli/program.ts', plugIn: 'every file' },
]

describe.each(registries.filter(({ folder }) => existsSync(folder)))('the registry of each $what', (registry) => {
  const modules = readSourceModules(registry.folder)
  const plugIns = modules.filter((module) => module.file !== registry.index && isPlugIn(module, registry.plugIn))

  it('lists every plug-in file', () => {
    const [index] = readSourceModules(registry.index.slice(0, registry.index.lastIndexOf('/'))).filter(
      ({ file }) => file === registry.index,
    )
    const listed = new Set(index?.imports.flatMap(({ file }) => file ?? []))
    expect(plugIns.map(({ file }) => file).filter((file) => !listed.has(file))).toEqual([])
  })

  it('has plug-ins at all', () => {
    expect(plugIns.length).toBeGreaterThan(0)
  })
})

describe('plug-ins', () => {
  it.each([
    ['checks', 'src/quality', 'defineCheck'],
    ['recognizers', 'src/privacy/recognizers', 'defineRecognizer'],
    ['connectors', 'src/connectors', 'defineConnector'],
    ['alert rules', 'src/ops/alerts', 'defineAlertRule'],
    ['channels of alerts', 'src/ops/alerts', 'defineChannel'],
  ])('that are %s have the id of their file', (_what, folder, define) => {
    const wrong = readSourceModules(folder).flatMap((module) =>
      idsDefined(module, define)
        .filter((id) => id.toLowerCase().replaceAll('_', '-') !== nameOf(module.file))
        .map((id) => `${module.file} defines ${id}`),
    )
    expect(wrong).toEqual([])
  })
})

describe('migrations', () => {
  const files = readSourceModules('src/store/migrations')
    .map(({ file }) => file.slice(file.lastIndexOf('/') + 1))
    .filter((name) => name !== 'index.ts')

  it('are numbered from 0001 without a gap or a double', () => {
    expect(files.map((name) => name.slice(0, 5))).toEqual(files.map((_, index) => `${String(index + 1).padStart(4, '0')}-`))
  })

  it('each hold an up function', () => {
    const modules = readSourceModules('src/store/migrations').filter(({ file }) => !file.endsWith('/index.ts'))
    expect(modules.filter(({ exportedNames }) => !exportedNames.includes('up')).map(({ file }) => file)).toEqual([])
  })
})

function isPlugIn(module: SourceModule, sign: Registry['plugIn']): boolean {
  if (sign === 'every file') return true
  if (sign === 'files named after their folder') return /\/([^/]+)\/\1\.tsx$/.test(module.file)
  if ('exports' in sign) return module.exportedNames.some((name) => sign.exports.test(name))
  return idsDefined(module, sign.calls).length > 0
}

/** The `id` of every `define…({ id: '…' })` in a module. */
function idsDefined(module: SourceModule, define: string): string[] {
  const ids: string[] = []
  walk(module.program, (node) => {
    if (node.type !== 'CallExpression') return
    const call = node as unknown as { callee: { name?: string }; arguments: { properties?: Property[] }[] }
    if (call.callee.name !== define) return
    const id = call.arguments[0]?.properties?.find(({ key }) => key?.name === 'id')?.value?.value
    ids.push(typeof id === 'string' ? id : '')
  })
  return ids
}

interface Property {
  key?: { name?: string }
  value?: { value?: unknown }
}

/** `not-null` of `src/quality/checks/not-null.ts`; a folder's name for its `connector.ts` or `index.ts`. */
function nameOf(file: string): string {
  const [folder, name] = file.replace(/\.ts$/, '').split('/').slice(-2)
  return (name === 'connector' || name === 'index' ? folder : name) ?? ''
}
