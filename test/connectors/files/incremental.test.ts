import { rm, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readFiles } from '../../support/read-files.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const SAME = new Date('2024-05-01T10:00:00Z')

async function append(folder: string, state: unknown, where = '.') {
  const { result, table } = await readFiles(folder, { path: where }, { mode: 'append', state })
  // Through JSON, as the store keeps it.
  return { state: JSON.parse(JSON.stringify(result.state)) as unknown, ids: table.map((row) => row['id']), result }
}

async function put(folder: string, name: string, content: string, time = SAME) {
  await writeFile(path.join(folder, name), content)
  await utimes(path.join(folder, name), time, time)
}

describe('files read in append mode (case 82)', () => {
  it('reads each of two files with one mtime once', async () => {
    const folder = await temporaryFolder()
    await put(folder, 'a.csv', 'id,v\n1,x\n')
    const first = await append(folder, null)
    await put(folder, 'b.csv', 'id,v\n2,x\n')
    const second = await append(folder, first.state)
    const third = await append(folder, second.state)
    expect([first.ids, second.ids, third.ids]).toEqual([['1'], ['2'], []])
    expect(third.result).toMatchObject({ sourceRows: 0, columns: second.result.columns })
  })

  it('reads a file again when it is replaced under its name, even with the same size and mtime', async () => {
    const folder = await temporaryFolder()
    await put(folder, 'a.csv', 'id,v\n1,x\n')
    const first = await append(folder, null)
    await put(folder, 'a.csv', 'id,v\n9,x\n')
    expect((await append(folder, first.state)).ids).toEqual(['9'])
  })

  it('does not read a file again that was only touched, or whose clock went backwards', async () => {
    const folder = await temporaryFolder()
    await put(folder, 'a.csv', 'id,v\n1,x\n')
    const first = await append(folder, null)
    await put(folder, 'a.csv', 'id,v\n1,x\n', new Date('1999-01-01'))
    await put(folder, 'older.csv', 'id,v\n2,x\n', new Date('1990-01-01'))
    expect((await append(folder, first.state)).ids).toEqual(['2'])
  })

  it('takes a deleted file for no change, and does not read it twice when it comes back', async () => {
    const folder = await temporaryFolder()
    await put(folder, 'a.csv', 'id,v\n1,x\n')
    await put(folder, 'b.csv', 'id,v\n2,x\n')
    const first = await append(folder, null)
    await rm(path.join(folder, 'a.csv'))
    const second = await append(folder, first.state)
    await put(folder, 'a.csv', 'id,v\n1,x\n')
    const third = await append(folder, second.state)
    expect([first.ids, second.ids, third.ids]).toEqual([['1', '2'], [], []])
  })

  it('remembers what a replacing read has read, so that appending afterwards doubles nothing', async () => {
    const folder = await temporaryFolder()
    await put(folder, 'a.csv', 'id,v\n1,x\n')
    const replaced = await readFiles(folder, { path: '.' })
    await put(folder, 'b.csv', 'id,v\n2,x\n')
    expect((await append(folder, replaced.result.state)).ids).toEqual(['2'])
  })

  it('tells more than 10,000 files with one timestamp apart, in a small state', async () => {
    const folder = await temporaryFolder()
    await put(folder, 'a.csv', 'id,v\n1,x\n')
    const first = await append(folder, null)
    const seen = Array.from({ length: 12_000 }, (_, n) => `digest-of-${n}`.padEnd(22, '-'))
    const state = { ...(first.state as { seen: string[] }), seen: [...(first.state as { seen: string[] }).seen, ...seen] }
    await put(folder, 'b.csv', 'id,v\n2,x\n')
    const second = await append(folder, state)
    expect(second.ids).toEqual(['2'])
    expect((second.state as { seen: string[] }).seen).toHaveLength(12_002)
    expect(JSON.stringify(second.state).length).toBeLessThan(500_000)
  })

  it('refuses a file that is written to while it is being read', async () => {
    const folder = await temporaryFolder()
    await put(folder, 'a.csv', 'id,v\n1,x\n')
    const beforeWrite = () => put(folder, 'a.csv', 'id,v\n1,x\n2,y\n')
    await expect(readFiles(folder, { path: 'a.csv' }, { beforeWrite })).rejects.toMatchObject({
      code: expect.stringMatching(/^(file\.changed|run\.incomplete)$/),
    })
  })
})

describe('file sets', () => {
  it('unites files with different headers by name, without regard to case', async () => {
    const folder = await temporaryFolder({ 'a.csv': 'id,name\n1,x\n', 'b.csv': 'Name,ID,new\ny,2,z\n' })
    const { table, result, parts } = await readFiles(folder, { path: '.' })
    expect(table).toEqual([
      { id: '1', name: 'x', new: null },
      { id: '2', name: 'y', new: 'z' },
    ])
    expect(result.columns.map(({ name }) => name)).toEqual(['id', 'name', 'new'])
    expect(parts.map(({ origin }) => origin.file)).toEqual(['a.csv', 'b.csv'])
  })

  it('names the stream after the folder or the part of the glob that is fixed, unless it is named', async () => {
    const folder = await temporaryFolder({
      'sales/orders-1.csv': 'id,v\n1,x\n',
      'sales/orders-2.csv': 'id,v\n2,x\n',
      'sales/other.csv': 'id,v\n3,x\n',
    })
    const names = await Promise.all(
      [{ path: 'sales' }, { path: 'sales/orders-*.csv' }, { path: 'sales/*.csv', name: 'mine' }, { path: 'sales/other.csv' }].map(
        async (settings) => (await readFiles(folder, settings)).streams,
      ),
    )
    expect(names).toEqual([['sales'], ['orders'], ['mine'], ['other']])
    expect((await readFiles(folder, { path: 'sales/orders-*.csv' })).table.map((row) => row['id'])).toEqual(['1', '2'])
  })

  it('reads a first file whose type of header the others share, though they alone would not show it', async () => {
    const folder = await temporaryFolder({ 'a.csv': 'id,name\n1,x\n2,y\n', 'b.csv': 'id,name\nA1,z\n' })
    expect((await readFiles(folder, { path: '*.csv' })).table.map((row) => row['id'])).toEqual(['1', '2', 'A1'])
  })

  it('leaves out empty files with a warning, but not when all are empty', async () => {
    const folder = await temporaryFolder({
      'some/a.csv': '',
      'some/b.csv': 'id,v\n',
      'some/c.csv': 'id,v\n1,x\n',
      'none/a.csv': '',
      'none/b.csv': '',
    })
    const { result, table } = await readFiles(folder, { path: 'some' })
    expect(table).toEqual([{ id: '1', v: 'x' }])
    expect(result.warnings.filter((warning) => warning.includes('left out'))).toHaveLength(2)
    await expect(readFiles(folder, { path: 'none' })).rejects.toMatchObject({ code: 'file.empty' })
  })

  it.each([
    ['mixed formats', { 'a.csv': 'id,v\n1,x\n', 'b.json': '[{"id":1}]' }, '.', 'file.mixed_formats'],
    ['a folder without files', { 'x/readme.md': 'hello' }, 'x', 'source.no_streams'],
    ['a glob without matches', { 'a.csv': 'id\n1\n' }, '*.parquet', 'source.no_streams'],
    ['a missing folder', {}, 'nowhere/', 'file.not_found'],
  ])('refuses %s', async (_what, content, where, code) => {
    await expect(readFiles(await temporaryFolder(content as Record<string, string>), { path: where })).rejects.toMatchObject({ code })
  })

  it('takes values from folders named key=value, and none from __HIVE_DEFAULT_PARTITION__', async () => {
    const folder = await temporaryFolder({
      'country=DK/year=2024/a.csv': 'id\n1\n',
      'country=__HIVE_DEFAULT_PARTITION__/a.csv': 'id\n2\n',
      'country=a%2Fb/a.csv': 'id\n3\n',
    })
    const { table } = await readFiles(folder, { path: '.' })
    expect(table).toEqual([
      { id: '1', country: 'DK', year: '2024' },
      { id: '2', country: null, year: null },
      { id: '3', country: 'a/b', year: null },
    ])
  })

  it('reads an upload under the name that it was uploaded with', async () => {
    const folder = await temporaryFolder({ u_1: 'a;b\n1;x\n' })
    const read = await readFiles(
      folder,
      { upload: 'u_1' },
      { context: { uploadPath: async (id) => ({ path: path.join(folder, id), fileName: 'Kunder 2024.csv' }) } },
    )
    expect(read.streams).toEqual(['Kunder 2024'])
    expect(read.parts[0]?.origin.file).toBe('Kunder 2024.csv')
    await expect(readFiles(folder, { upload: 'u_2' })).rejects.toMatchObject({ code: 'upload.not_found' })
  })
})
