import { access, mkdtemp, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { atlas } from '../support/atlas-command.ts'

let folder: string
let options: { home: string; cwd: string }
beforeAll(async () => {
  folder = await mkdtemp(path.join('/tmp', 'atlas-cli-pii-'))
  options = { home: path.join(folder, 'home'), cwd: folder }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('atlas pii scan', () => {
  it('finds personal data in text on standard input, with offsets', async () => {
    const { code, stdout, stderr } = await atlas(['pii', 'scan', '-', '--json'], { ...options, input: 'CPR 070761-4285 søren@firma.dk' })
    expect(code, stderr).toBe(0)
    const findings = JSON.parse(stdout) as { entity: string; start: number; end: number }[]
    expect(findings.map(({ entity, start, end }) => [entity, start, end])).toEqual([
      ['DK_CPR', 4, 15],
      ['EMAIL_ADDRESS', 16, 30],
    ])
  })

  it('finds it in the columns of a file, in Latin-1 too, and prints no value', async () => {
    await writeFile(path.join(folder, 'people.csv'), Buffer.from('navn;e-mail;beløb\nÅse;aase@b.dk;1,5\nBo;bo@c.dk;2,5\n', 'latin1'))
    const { code, stdout, stderr } = await atlas(['pii', 'scan', 'people.csv'], options)
    expect(code, stderr).toBe(0)
    expect(stdout).toMatch(/e-mail +EMAIL_ADDRESS +whole cells +2 of 2/)
    expect(stdout).not.toContain('@')
  })

  it('says that there is no such file', async () => {
    const { code, stderr } = await atlas(['pii', 'scan', 'nothing.csv'], options)
    expect(code).not.toBe(0)
    expect(stderr).toContain('[file.not_found]')
  })
})

describe('atlas policy test', () => {
  const pipeline = `name: people
source: { connector: files, settings: { path: people.csv } }
policy:
  entities: { EMAIL_ADDRESS: keep }
  datasets: { people: { entities: { EMAIL_ADDRESS: redact } }, other: { columns: { beloeb: drop } } }
streams:
  - { name: people, policy: { columns: { navn: drop }, datasets: { other: { columns: {} } } } }
`

  it('shows rows before and after, with the stricter word on a dataset and without what is dropped', async () => {
    await writeFile(path.join(folder, 'people.csv'), 'navn;e-mail;beløb\nÅse;aase@b.dk;1,5\nBo;bo@c.dk;2,5\n')
    await writeFile(path.join(folder, 'people.yaml'), pipeline)
    const { code, stdout, stderr } = await atlas(['policy', 'test', 'people.yaml', '--json'], options)
    expect(code, stderr).toBe(0)
    const [one] = JSON.parse(stdout) as [{ before: { rows: unknown }; after: { columns: { name: string }[]; rows: unknown } }]
    expect(one.before.rows).toEqual([
      ['Åse', 'aase@b.dk', '1,5'],
      ['Bo', 'bo@c.dk', '2,5'],
    ])
    expect(one.after.columns.map(({ name }) => name)).toEqual(['e_mail', 'beloeb'])
    expect(one.after.rows).toEqual([
      ['<EMAIL_ADDRESS>', '1.5'],
      ['<EMAIL_ADDRESS>', '2.5'],
    ])
  })

  it('names the line of a kind that there is not, and the nearest that there is', async () => {
    await writeFile(path.join(folder, 'wrong.yaml'), pipeline.replace('EMAIL_ADDRESS: keep', 'EMAIL_ADRESS: keep'))
    const { code, stderr } = await atlas(['policy', 'test', 'wrong.yaml'], options)
    expect(code).not.toBe(0)
    expect(stderr).toContain('[pipeline.invalid]')
    expect(stderr).toMatch(/wrong\.yaml:4.*"EMAIL_ADRESS" is no kind of personal data.*EMAIL_ADDRESS/s)
  })
})

describe('a home whose key of hashes is gone', () => {
  it('is not opened while datasets hold what was made with it, and gets no other key in silence', async () => {
    const home = path.join(folder, 'keyless')
    await writeFile(path.join(folder, 'patients.csv'), 'id,cpr\n1,070761-4285\n2,010165-4321\n')
    await writeFile(path.join(folder, 'patients.yaml'), 'name: patients\nsource: { connector: files, settings: { path: patients.csv } }\n')
    const first = await atlas(['run', 'patients.yaml'], { ...options, home })
    expect(first.code, first.stderr).toBe(0)
    const key = path.join(home, 'keys', 'hash.key')
    await rm(key)
    const { code, stderr } = await atlas(['run', 'patients.yaml'], { ...options, home })
    expect(code).not.toBe(0)
    expect(stderr).toContain('[privacy.key_missing]')
    expect(stderr).toMatch(/hash\.key is not there, and chart\.patients holds tokens/)
    await expect(access(key)).rejects.toThrow('ENOENT')
  })
})
