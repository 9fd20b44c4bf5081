import { afterEach, describe, expect, it } from 'vitest'
import type { CursorRule } from '../../../src/contract/pipelines.ts'
import { sheet, shown, type CellInput } from '../../servers/google-sheets/spreadsheet-model.ts'
import { openSheetsSource, type SheetsRead, type SheetsSource } from './sheets-source.ts'

let source: SheetsSource
afterEach(() => source.close())

const cursor = (column: string, more: Partial<CursorRule> = {}): CursorRule => ({ column, nulls: 'raise', ...more })
const open = async (rows: CellInput[][]) => {
  const tab = sheet({ title: 'Data', rows })
  source = await openSheetsSource([tab])
  return tab
}
/** Reads after `earlier` reads, with the state that the last of them left. */
const next = (rule: CursorRule, ...earlier: SheetsRead[]) =>
  source.read(
    'Data',
    { mode: 'append', cursor: rule },
    { state: earlier.at(-1)?.result.state ?? null, earlier: earlier.map(({ landing }) => landing) },
  )
const names = (read: SheetsRead) => read.table.map((row) => row['name'] ?? '').toSorted((a, b) => (a < b ? -1 : 1))

describe('reading what is new', () => {
  const start: CellInput[][] = [
    ['t', 'name'],
    [1, 'a'],
    [2, 'b'],
    [3, 'c'],
    [3, 'd'],
    [3, 'e'],
  ]

  it.each(['with a key', 'without a key'])(
    'cases 1 and 2: rows that share the last cursor value are neither lost nor doubled, %s',
    async () => {
      const tab = await open(structuredClone(start))
      const first = await next(cursor('t'))
      expect(names(first)).toEqual(['a', 'b', 'c', 'd', 'e'])
      tab.rows.push([3, 'f'], [4, 'g'])
      const second = await next(cursor('t'), first)
      expect(names(second)).toEqual(['f', 'g'])
      const third = await next(cursor('t'), first, second)
      expect(third.result).toMatchObject({ sourceRows: 0, state: second.result.state })
    },
  )

  it.each([
    ['raise', null],
    ['exclude', ['a', 'b']],
    ['include', ['a', 'b', 'none']],
  ] as const)('case 7: rows without a cursor value: %s', async (nulls, expected) => {
    await open([
      ['t', 'name'],
      [1, 'a'],
      [null, 'none'],
      [2, 'b'],
    ])
    const reading = next(cursor('t', { nulls }))
    if (expected === null)
      return expect(reading).rejects.toMatchObject({ code: 'source.cursor_null', message: expect.stringContaining('"t"') })
    const first = await reading
    expect(names(first)).toEqual(expected)
    expect(first.result.reached).toBe('2')
    expect((await next(cursor('t', { nulls }), first)).result.sourceRows).toBe(0)
  })

  it('case 7: a table whose rows all lack a cursor value is landed once', async () => {
    const tab = await open([
      ['t', 'name', 'n'],
      [null, 'a', 1],
      [null, 'b', 2],
      ['', '', 3],
    ])
    tab.rows.push([7, 'c', 4])
    const rule = cursor('t', { nulls: 'include', end: '5' })
    const first = await next(rule)
    expect(names(first)).toEqual(['', 'a', 'b'])
    expect((await next(rule, first)).result.sourceRows).toBe(0)
  })

  it('case 20: a state of a version that is not known is refused, not taken for none', async () => {
    await open([['t'], [1]])
    const reading = source.read('Data', { mode: 'append', cursor: cursor('t') }, { state: { version: 99 } })
    await expect(reading).rejects.toMatchObject({ code: 'source.cursor_invalid', message: expect.stringContaining('version') })
  })

  it('case 9: start is inclusive, end is not', async () => {
    await open([['t', 'name'], ...[0, 0, 1, 1, 1, 1, 2, 2].map((t, n): CellInput[] => [t, `r${n}`])])
    expect((await next(cursor('t', { start: '0', end: '1' }))).result.sourceRows).toBe(2)
    expect((await next(cursor('t', { start: '1', end: '2' }))).result.sourceRows).toBe(4)
    expect((await next(cursor('t', { start: '0' }))).result.sourceRows).toBe(8)
  })

  it('case 11: a look back finds rows that came late, never below the start; a state from the future changes nothing', async () => {
    const tab = await open([
      ['at', 'name'],
      [shown.date(45000), 'a'],
      [shown.date(45010), 'b'],
    ])
    const rule = cursor('at', { start: '2023-03-14', lookback: '5d' })
    const first = await next(rule)
    tab.rows.push([shown.date(45006), 'late'], [shown.date(45001), 'too late'])
    expect(names(await next(rule, first))).toEqual(['late'])
    const future = { ...(first.result.state as object), cursor: '2999-01-01' }
    const read = await source.read('Data', { mode: 'append', cursor: cursor('at') }, { state: future, earlier: [first.landing] })
    expect(read.result).toMatchObject({ sourceRows: 0, state: future })
  })

  it('case 14: the order of the rows does not matter', async () => {
    const tab = await open([
      ['t', 'name'],
      [3, 'c'],
      [2, 'b'],
      [1, 'a'],
    ])
    const first = await next(cursor('t'))
    tab.rows.splice(1, 0, [4, 'd'])
    const second = await next(cursor('t'), first)
    expect({ names: names(second), reached: second.result.reached }).toEqual({ names: ['d'], reached: '4' })
  })

  it('case 19: a backfill reads its window and leaves the state alone', async () => {
    const tab = await open(structuredClone(start))
    const first = await next(cursor('t'))
    tab.rows.push([1, 'late'])
    const filled = await next(cursor('t', { backfill: { from: '1', to: '2' } }), first)
    expect(names(filled)).toEqual(['late'])
    expect(filled.result.state).toEqual(first.result.state)
  })

  it.each([
    ['no cursor at all', null, '"t"'],
    ['a column that is not there', cursor('nope'), '"nope"'],
    ['a column of truths', cursor('done'), 'BOOLEAN'],
    ['a start that is no value of the column', cursor('t', { start: 'yesterday' }), 'cursor.start'],
    ['a look back in hours on a number', cursor('t', { lookback: '2h' }), 'cursor.lookback'],
  ])('refuses %s, and says why', async (_what, rule, says) => {
    await open([
      ['t', 'done'],
      [1, true],
    ])
    const state = { version: 1, cursor: '1', columns: [], timeZone: '' }
    await expect(source.read('Data', { mode: 'append', cursor: rule }, { state })).rejects.toMatchObject({
      code: 'source.cursor_invalid',
      message: expect.stringContaining(says),
    })
  })

  it('says which columns moved or were renamed since the last read', async () => {
    const tab = await open([
      ['t', 'name', 'old'],
      [1, 'a', 'x'],
    ])
    const first = await next(cursor('t'))
    tab.rows.splice(0, 2, ['name', 't', 'new'], ['a', 1, 'x'], ['b', 2, 'y'])
    const second = await next(cursor('t'), first)
    expect(second.result.warnings).toEqual([
      'Column "t" moved from A to B; its values follow its name.',
      'Column "name" moved from B to A; its values follow its name.',
      'Column "old" in C is now called "new".',
    ])
    expect(names(second)).toContain('b')
  })
})

describe('reading in full', () => {
  it.each(['replace', 'full_append'] as const)('%s reads everything whatever was read before', async (mode) => {
    await open([
      ['t', 'name'],
      [1, 'a'],
      [2, 'b'],
    ])
    const { result, table } = await source.read('Data', { mode })
    expect({ rows: result.sourceRows, names: table.map((row) => row['name']) }).toEqual({ rows: 2, names: ['a', 'b'] })
    expect(result.state).toEqual({
      version: 1,
      cursor: null,
      columns: [
        { place: 'A', header: 't', name: 't' },
        { place: 'B', header: 'name', name: 'name' },
      ],
      timeZone: 'Europe/Copenhagen',
    })
  })
})
