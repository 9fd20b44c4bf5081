import { afterEach, describe, expect, it } from 'vitest'
import { sheet, shown, type CellInput } from '../../servers/google-sheets/spreadsheet-model.ts'
import type { Call } from '../../servers/google-sheets/sheets-server.ts'
import type { GoogleSheetsSettings } from '../../../src/connectors/google-sheets/sheet-settings.ts'
import { openSheetsSource, rowsOf, type SheetsSource } from './sheets-source.ts'

let source: SheetsSource
afterEach(() => source.close())

const text = 'x'.repeat(400)
const open = async (
  count = 3000,
  settings: Partial<GoogleSheetsSettings> = {},
  row: (n: number) => CellInput[] = (n) => [n, `${n} ${text}`, text],
) => {
  const tab = sheet({ title: 'Data', rows: rowsOf(count, ['id', 'text', 'more'], row) })
  source = await openSheetsSource([tab], {}, settings)
  return tab
}
/** Does something before the given call of a route, once. */
const before = (route: Call['route'], nth: number, edit: () => void): void => {
  source.server.onCall = (call) => {
    if (call.route !== route || call.nth !== nth) return
    edit()
    source.book.version++
  }
}
const ids = async () => {
  const { table, logged } = await source.read('Data')
  return { ids: table.map((row) => Number(row['id'])), again: logged.filter((line) => line.includes('was changed')).length }
}
const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n)

describe.each([
  ['by a second look', {}],
  ["by Drive's version", { checkVersion: true }],
])('edits while reading are detected %s', (_how, settings) => {
  it('a row put in between two pieces shifts nothing: it is read again', async () => {
    const tab = await open(3000, settings)
    before('values', 3, () => {
      tab.rows.splice(10, 0, [-1, 'new', ''])
      tab.rowCount++
    })
    expect(await ids()).toEqual({ ids: [...upTo(9), -1, ...upTo(3000).slice(9)], again: 1 })
  })

  it('a row taken out between two pieces loses no other', async () => {
    const tab = await open(3000, settings)
    before('values', 3, () => {
      tab.rows.splice(10, 1)
      tab.rowCount--
    })
    expect(await ids()).toEqual({ ids: upTo(3000).filter((n) => n !== 9), again: 1 })
  })

  it('a sheet sorted the other way between two pieces has every row once', async () => {
    const tab = await open(3000, settings)
    before('values', 3, () => void tab.rows.splice(1, 3000, ...tab.rows.slice(1).toReversed()))
    expect(await ids()).toEqual({ ids: upTo(3000).toReversed(), again: 1 })
  })

  it('rows added below are there, or the read is from before them', async () => {
    const tab = await open(3000, settings)
    before('values', 3, () => {
      tab.rows.push([3000, 'late', ''])
      tab.rowCount++
    })
    const found = await ids()
    expect(found.ids.slice(0, 3000)).toEqual(upTo(3000))
    expect(found).toEqual({ ids: upTo(3001), again: found.again })
  })

  it('a sheet that loses its last rows while it is read is read again', async () => {
    const tab = await open(3000, settings)
    before('values', 2, () => {
      tab.rows.length = 101
      tab.rowCount = 101
    })
    expect(await ids()).toEqual({ ids: upTo(100), again: 1 })
  })

  it('a header renamed while its sheet is read is the new one', async () => {
    const tab = await open(3000, settings)
    before('values', 3, () => (tab.rows[0] = ['key', 'text', 'more']))
    const { result } = await source.read('Data')
    expect(result.columns[0]?.name).toBe('key')
  })

  it('a sheet that never stands still is a failure, not a guess', async () => {
    const tab = await open(300, settings)
    let next = 300
    source.server.onCall = ({ route }) => {
      if (route !== 'values') return
      tab.rows.splice(1, 0, [next++, 'new', ''])
      tab.rowCount++
      source.book.version++
    }
    await expect(source.read('Data')).rejects.toMatchObject({ code: 'source.changed', retry: true })
  })
})

describe('the second look', () => {
  it('a column that is calculated anew at every look does not stop the read', async () => {
    let look = 0
    const tab = sheet({ title: 'Data', rows: rowsOf(50, ['dice', 'name'], (n) => [shown.formula('=RAND()', n), `n${n % 10}`]) })
    const cell = tab.cell
    tab.cell = (row, column) => (column === 0 && row > 0 ? { value: row + look / 7, formula: '=RAND()' } : cell(row, column))
    source = await openSheetsSource([tab])
    source.server.onCall = ({ route }) => void (route === 'values' && look++)
    expect((await source.read('Data')).result.sourceRows).toBe(50)
  })

  it('falls back to it when Drive does not tell the version', async () => {
    await open(50, { checkVersion: true })
    source.server.apis.drive = false
    const { logged, result } = await source.read('Data')
    expect(result.sourceRows).toBe(50)
    expect(logged.join()).toContain('Drive does not tell the version')
  })

  it('counts the rows a second time', async () => {
    await open(50)
    expect((await source.read('Data')).result.counted).toEqual({ rows: 50, read: 50, tolerance: 0 })
  })
})
