import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readPipeline, readSourceFile } from '../../src/cli/read-pipeline.ts'
import { fitReferences } from '../../src/cli/references.ts'
import { temporaryFolder } from '../support/temporary-home.ts'

async function pipelineOf(settings: string[], files: Record<string, string> = {}): Promise<string> {
  const folder = await temporaryFolder()
  await mkdir(path.join(folder, 'keys'))
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content)
  const file = path.join(folder, 'shop.yaml')
  await writeFile(
    file,
    ['name: shop', 'source:', '  connector: mysql', '  settings:', ...settings.map((line) => `    ${line}`), ''].join('\n'),
  )
  return file
}

const settingsOf = async (lines: string[], env: Record<string, string> = {}, files: Record<string, string> = {}) =>
  (await readPipeline(await pipelineOf(lines, files), env)).definition.source.settings

describe('a reference in a pipeline file', () => {
  it.each([
    ['a variable', 'p: ${env:PW}', { p: 'geheim' }],
    ['a variable in quotes', 'p: "${env:PW}"', { p: 'geheim' }],
    ['a variable in the middle of a text', 'p: "mysql://${env:USER_1}:x@${env:HOST}/db"', { p: 'mysql://me:x@db.example/db' }],
    ['a file beside the pipeline, without its last line break', 'p: ${file:pw.txt}', { p: 'from file' }],
    ['a file in a folder', 'p: ${file:keys/key.pem}', { p: '-----BEGIN\nx\n-----END' }],
    [
      'references in lists and objects',
      'p: { a: ["${env:PW}", 1], b: { c: "${env:HOST}" } }',
      { p: { a: ['geheim', 1], b: { c: 'db.example' } } },
    ],
    ['what only looks like one', 'p: "$${env:PW} $PW ${PW} {env:PW}"', { p: '${env:PW} $PW ${PW} {env:PW}' }],
    ['a value that looks like a reference itself', 'p: ${env:NESTED}', { p: '${env:PW}' }],
  ])('leads to %s', async (_, line, expected) => {
    const env = { PW: 'geheim', USER_1: 'me', HOST: 'db.example', NESTED: '${env:PW}' }
    const files = { 'pw.txt': 'from file\n', 'keys/key.pem': '-----BEGIN\nx\n-----END\n' }
    expect(await settingsOf([line], env, files)).toEqual(expected)
  })

  it.each([
    [
      'a variable that is not set',
      'password: ${env:NOT_SET}',
      /shop\.yaml:6: password refers to \$\{env:NOT_SET\}, and the variable NOT_SET is not set/,
    ],
    ['a variable that is empty', 'password: ${env:EMPTY}', /shop\.yaml:6: .*the variable EMPTY is empty/],
    ['a file that is not there', 'password: ${file:gone.txt}', /shop\.yaml:6: .*\/gone\.txt cannot be read: ENOENT/],
    ['a file that is empty', 'password: ${file:empty.txt}', /shop\.yaml:6: .*\/empty\.txt is empty/],
    ['a name with nothing in it', 'password: ${env:}', /shop\.yaml:6: .*the variable {2}is not set/],
  ])('to %s is refused by file and line', async (_, line, message) => {
    const read = settingsOf(['host: db', line], { EMPTY: '' }, { 'empty.txt': '\n' })
    await expect(read).rejects.toMatchObject({ code: 'secret.reference_missing', message: expect.stringMatching(message) })
  })

  it('is followed in the settings of the source alone', async () => {
    const folder = await temporaryFolder()
    const file = path.join(folder, 'shop.yaml')
    const transform = '  - { name: t, sql: "select \'${env:PW}\' as x" }'
    await writeFile(file, ['name: shop', 'description: ${env:PW}', 'source: { connector: mysql }', 'transforms:', transform, ''].join('\n'))
    const { definition } = await readPipeline(file, { PW: 'geheim' })
    expect(JSON.stringify(definition)).not.toContain('geheim')
  })

  it('becomes a number or a truth value where the connector wants one', async () => {
    const file = await readPipeline(
      await pipelineOf(['port: ${env:PORT}', 'ssl: ${env:SSL}', 'password: ${env:PW}', 'name: "x${env:PORT}"']),
      {
        PORT: '5433',
        SSL: 'true',
        PW: '12345',
      },
    )
    const schema = z.object({ port: z.int(), ssl: z.boolean(), password: z.string(), name: z.string() })
    fitReferences(z.toJSONSchema(schema), file.references)
    expect(file.definition.source.settings).toEqual({ port: 5433, ssl: true, password: '12345', name: 'x5433' })
  })
})

describe('a file of a source', () => {
  it('is a source alone, or a pipeline', async () => {
    const folder = await temporaryFolder()
    const alone = path.join(folder, 'alone.yaml')
    await writeFile(alone, 'connector: mysql\nsettings: { password: "${env:PW}" }\nstreams: [{ name: orders, mode: append }]\n')
    const read = await readSourceFile(alone, { PW: 'x' })
    expect(read.source).toMatchObject({ connector: 'mysql', settings: { password: 'x' }, streams: [{ name: 'orders', mode: 'append' }] })
    const pipeline = await pipelineOf(['password: ${env:PW}'])
    expect((await readSourceFile(pipeline, { PW: 'x' })).source).toMatchObject({
      connector: 'mysql',
      settings: { password: 'x' },
      streams: [],
    })
  })

  it.each([
    ['has an unknown key', 'connector: mysql\nsetting: {}\n', /:2 unknown key "setting"/],
    [
      'has transforms',
      'name: a\nsource: { connector: mysql }\ntransforms: [{ name: t, sql: select 1 }]\n',
      /:3 transforms: a source has no transforms/,
    ],
    [
      'names a saved source',
      'name: a\nsource:\n  connector: mysql\n  saved: b\n',
      /:4 source\.saved: names a source that is saved already/,
    ],
  ])('is refused by file and line when it %s', async (_, content, message) => {
    const file = path.join(await temporaryFolder(), 'wrong.yaml')
    await writeFile(file, content)
    await expect(readSourceFile(file, {})).rejects.toMatchObject({ code: 'pipeline.invalid', message: expect.stringMatching(message) })
  })
})
