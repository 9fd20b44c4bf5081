import { afterEach, describe, expect, it } from 'vitest'
import { sheet, shown, type CellInput, type SheetInput } from '../../servers/google-sheets/spreadsheet-model.ts'
import { openSheetsSource, streamNamed, type SheetsSource } from './sheets-source.ts'
import { readRequest } from '../../support/landing.ts'

let source: SheetsSource
afterEach(() => source.close())

const read = async (rows: CellInput[][], options: Record<string, unknown> = {}, more: Partial<SheetInput> = {}) => {
  source = await openSheetsSource([{ title: 'Sheet1', rows, ...more }])
  return source.read('Sheet1', { options })
}
const merge = (firstRow: number, lastRow: number, column: number, lastColumn = column) => ({
  startRow: firstRow - 1,
  endRow: lastRow,
  startColumn: column,
  endColumn: lastColumn + 1,
})

describe('headers', () => {
  it('case 73: blanks, repeats, numbers, truths and blanks around names give names by one rule', async () => {
    const { result } = await read([
      ['Name', '', 'Name', 2024, true, ' x ', '', ''],
      ['a', 'b', 'c', 'd', 'e', 'f'],
    ])
    expect(result.columns.map(({ name }) => name)).toEqual(['Name', 'column_B', 'Name_2', '2024', 'true', 'x'])
  })

  it('case 73: a blank header at the end is a column when something stands below it', async () => {
    const { result, table } = await read([['a', '', ''], [1], [2, null, 'late']])
    expect(result.columns.map(({ name }) => name)).toEqual(['a', 'column_B', 'column_C'])
    expect(table).toEqual([
      { a: '1', column_B: null, column_C: null },
      { a: '2', column_B: null, column_C: 'late' },
    ])
  })

  it('a date in the header is a date in the name', async () => {
    const { result } = await read([
      ['item', shown.date(45292)],
      ['x', 3],
    ])
    expect(result.columns.map(({ name, type }) => [name, type])).toEqual([
      ['item', 'VARCHAR'],
      ['2024-01-01', 'BIGINT'],
    ])
  })

  it('the header is the first row with a value, or the row that was told, or none', async () => {
    const rows: CellInput[][] = [[], ['Report 2026'], ['id', 'name'], [1, 'a']]
    expect((await read(rows)).result.columns.map(({ name }) => name)).toEqual(['Report 2026', 'column_B'])
    await source.close()
    const told = await read(rows, { headerRow: 3 })
    expect({ types: told.types, table: told.table }).toEqual({ types: { id: 'BIGINT', name: 'VARCHAR' }, table: [{ id: '1', name: 'a' }] })
    await source.close()
    const none = await read(
      [
        [1, 'a'],
        [2, 'b'],
      ],
      { headerRow: 0 },
    )
    expect(none.table).toEqual([
      { column_A: '1', column_B: 'a' },
      { column_A: '2', column_B: 'b' },
    ])
  })

  it('a header without rows is a table without rows', async () => {
    const { result, table } = await read([['id', 'name']])
    expect(result).toMatchObject({ sourceRows: 0, columns: [{ name: 'id' }, { name: 'name' }], counted: { rows: 0, read: 0 } })
    expect(table).toEqual([])
  })

  it('a tab without anything in it is an error, not a table without rows', async () => {
    source = await openSheetsSource([{ title: 'Blank' }])
    await expect(source.read('Blank')).rejects.toMatchObject({ code: 'source.no_streams' })
  })
})

describe('rows', () => {
  const merged: CellInput[][] = [
    ['group', 'n'],
    ['x', 1],
    [null, 2],
    [null, 3],
    ['y', 4],
  ]

  it('case 75: a merged cell gives its value to its first row, or to all when told', async () => {
    const plain = await read(merged, {}, { merges: [merge(2, 4, 0)] })
    expect(plain.table.map((row) => row['group'])).toEqual(['x', null, null, 'y'])
    await source.close()
    const filled = await read(merged, { fillMerged: true }, { merges: [merge(2, 4, 0)] })
    expect(filled.table.map((row) => row['group'])).toEqual(['x', 'x', 'x', 'y'])
  })

  it('case 75: A2:A4 merged with nothing beside it is three rows', async () => {
    const plain = await read([['group'], ['x']], {}, { merges: [merge(2, 4, 0)] })
    expect(plain.table.map((row) => row['group'])).toEqual(['x', null, null])
    await source.close()
    const filled = await read([['group'], ['x']], { fillMerged: true }, { merges: [merge(2, 4, 0)] })
    expect(filled.table.map((row) => row['group'])).toEqual(['x', 'x', 'x'])
  })

  it('case 75: hidden columns and rows are read', async () => {
    const { table } = await read(
      [
        ['a', 'b'],
        [1, 2],
        [3, 4],
      ],
      {},
      { hiddenColumns: [1], hiddenRows: [2] },
    )
    expect(table).toEqual([
      { a: '1', b: '2' },
      { a: '3', b: '4' },
    ])
  })

  it('case 75: an empty row in the middle is skipped, or kept when told; those at the end are no rows', async () => {
    const rows: CellInput[][] = [['a', 'b'], [1, 2], [], [shown.formula('=""', ''), ''], [3], [], []]
    expect((await read(rows)).table).toEqual([
      { a: '1', b: '2' },
      { a: '3', b: null },
    ])
    await source.close()
    expect((await read(rows, { keepEmptyRows: true })).table).toEqual([
      { a: '1', b: '2' },
      { a: null, b: null },
      { a: null, b: null },
      { a: '3', b: null },
    ])
  })

  it('case 75: two tables side by side are read apart by their ranges', async () => {
    const rows: CellInput[][] = [
      ['id', 'name', null, 'code', 'price'],
      [1, 'a', null, 'x', 9.5],
      [2, 'b', null, 'y', 8],
      [3, 'c'],
    ]
    expect((await read(rows, { range: 'A:B' })).table).toEqual([
      { id: '1', name: 'a' },
      { id: '2', name: 'b' },
      { id: '3', name: 'c' },
    ])
    await source.close()
    expect((await read(rows, { range: 'D1:E3' })).table).toEqual([
      { code: 'x', price: '9.5' },
      { code: 'y', price: '8.0' },
    ])
  })

  it('rows of all lengths have a cell for each column', async () => {
    const { table } = await read([['a', 'b', 'c'], [1], [null, 2], [null, null, 3]])
    expect(table).toEqual([
      { a: '1', b: null, c: null },
      { a: null, b: '2', c: null },
      { a: null, b: null, c: '3' },
    ])
  })

  it('only what was asked for is landed, and the count is of all that was read', async () => {
    source = await openSheetsSource([
      {
        title: 'Sheet1',
        rows: [
          ['id', 'state', 'at'],
          [1, 'open', shown.date(45000)],
          [2, 'shut', shown.date(45001)],
          [3, 'open', shown.date(45002)],
        ],
      },
    ])
    const { table, result } = await source.read('Sheet1', { select: ['id', 'at'], where: { state: 'open', at__gt: '2023-03-15' } })
    expect(table).toEqual([{ id: '3', at: '2023-03-17' }])
    expect(result).toMatchObject({ sourceRows: 1, counted: { rows: 3, read: 3, tolerance: 0 } })
    await expect(source.read('Sheet1', { select: ['nope'] })).rejects.toMatchObject({ code: 'source.column_missing' })
    await expect(source.read('Sheet1', { where: { nope: 1 } })).rejects.toMatchObject({ code: 'source.column_missing' })
  })
})

describe('tabs', () => {
  it('case 77: tabs of any name are read, quoted rightly', async () => {
    const titles = ["It's 2024!Q1", 'A1', 'Données', 'R1C1', "'", 'a:b']
    source = await openSheetsSource(titles.map((title) => ({ title, rows: [['of'], [title]] })))
    for (const title of titles) expect((await source.read(title)).table).toEqual([{ of: title }])
  })

  it('case 77: charts and connected sheets are no streams; grids are listed with their rows and columns', async () => {
    source = await openSheetsSource([
      { title: 'Orders', rows: [['a']], rowCount: 120, columnCount: 7 },
      { title: 'Chart', sheetType: 'OBJECT' },
      { title: 'BigQuery', sheetType: 'DATA_SOURCE' },
      { title: 'Hidden', hidden: true, rows: [['a']] },
    ])
    const streams = await source.body.discover(source.settings, await source.context())
    expect(streams.map(({ name, kind, details }) => ({ name, kind, details }))).toEqual([
      { name: 'Orders', kind: 'sheet', details: { title: 'Orders', rowCount: 120, columnCount: 7, hidden: false } },
      { name: 'Hidden', kind: 'sheet', details: { title: 'Hidden', rowCount: 1000, columnCount: 26, hidden: true } },
    ])
    await expect(source.read('Chart')).rejects.toMatchObject({
      code: 'source.stream_not_found',
      message: expect.stringContaining('OBJECT'),
    })
  })

  it('case 77: an unknown range is an error that names it', async () => {
    source = await openSheetsSource([{ title: 'Orders', rows: [['a'], [1]] }])
    await expect(source.read('Orders', { options: { range: 'Nope' } })).rejects.toMatchObject({
      code: 'source.bad_settings',
      message: expect.stringContaining('"Nope"'),
    })
    await expect(source.read('Orders', { options: { range: 'A2000:B3000' } })).rejects.toMatchObject({
      message: expect.stringContaining('A2000:B3000'),
    })
    await expect(source.read('Nope')).rejects.toMatchObject({
      code: 'source.stream_not_found',
      message: expect.stringContaining('"Orders"'),
    })
  })

  it('named ranges are streams when they are wanted or asked for', async () => {
    const tab = sheet({ title: 'Data', rows: [['x'], ['id', 'v'], [1, 'a'], [2, 'b']] })
    const range = { name: 'prices', sheetId: tab.sheetId, range: { startRow: 1, endRow: 3, startColumn: 0, endColumn: 2 } }
    source = await openSheetsSource([tab], { namedRanges: [range] })
    const context = await source.context()
    expect((await source.body.discover(source.settings, context)).map(({ name }) => name)).toEqual(['Data'])
    expect((await source.body.discover(source.settings, context, ['prices'])).map(({ name, details }) => ({ name, details }))).toEqual([
      { name: 'prices', details: { title: 'prices', rowCount: 2, columnCount: 2, range: "'Data'!A2:B3" } },
    ])
    expect((await source.read('prices')).table).toEqual([{ id: '1', v: 'a' }])
    expect((await source.read('Data', { options: { range: 'prices' } })).table).toEqual([{ id: '1', v: 'a' }])
  })

  it('offers the tabs that the settings name, and says which is not there', async () => {
    source = await openSheetsSource([
      { title: 'A', rows: [['a']] },
      { title: 'B', rows: [['b']] },
    ])
    const context = await source.context()
    expect((await source.body.discover({ ...source.settings, tabs: ['B'] }, context)).map(({ name }) => name)).toEqual(['B'])
    await expect(source.body.discover({ ...source.settings, tabs: ['C'] }, context)).rejects.toMatchObject({
      code: 'source.stream_not_found',
    })
  })

  it('shows the first fifty rows as text', async () => {
    source = await openSheetsSource([
      { title: 'Sheet1', rows: [['n', 'at'], ...Array.from({ length: 80 }, (_, n): CellInput[] => [n, shown.date(45000 + n)])] },
    ])
    const preview = await source.body.preview(source.settings, readRequest(streamNamed('Sheet1')), await source.context())
    expect(preview.columns).toEqual([
      { name: 'n', type: 'BIGINT' },
      { name: 'at', type: 'DATE' },
    ])
    expect(preview.rows).toHaveLength(50)
    expect(preview.rows[1]).toEqual(['1', '2023-03-16'])
  })
})
