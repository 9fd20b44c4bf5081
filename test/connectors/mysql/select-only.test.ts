import { describe, expect, it } from 'vitest'
import { quoteName, quoteNumber, quoteText } from '../../../src/connectors/mysql/quote.ts'
import { derivedTable, selectOnly } from '../../../src/connectors/mysql/select-only.ts'

describe('a custom query of mysql', () => {
  it.each([
    'select 1',
    'SELECT * from t where a = "into outfile"',
    "select 'it''s; for update', `into` from t -- into outfile",
    'with x as (select 1) select * from x',
    '(select 1) union (select 2)',
    'select 1;  ',
    '/* a comment */ select 1 # the end',
    'select a from t order by a limit 3',
    "select '\\'; drop table t'",
  ])('is accepted: %s', (query) => {
    expect(selectOnly(query)).toBe(query.replace(/;\s*$/, ''))
  })

  it.each([
    'delete from t',
    'update t set a = 1',
    'call p()',
    'select 1; drop table t',
    "select * from t into outfile '/tmp/x'",
    'select 1 into @a',
    'select * from t for update',
    'select * from t lock in share mode',
    'select * from t for share',
    'select /*! into @a */ 1',
    'select 1 /*M! into @a */',
    'select 1 /* open',
    "select load_file('/etc/passwd')",
    "select get_lock('a', 1)",
    'set global read_only = 1',
    'handler t open',
    'explain analyze select 1',
  ])('is refused, because it is not reading alone: %s', (query) => {
    expect(() => selectOnly(query)).toThrow(expect.objectContaining({ code: 'source.read_only' }))
  })

  it.each(['', '  -- nothing', 'select (1', 'select 1) as a, (select 2', "select 'open"])(
    'is refused, because it is no whole query: %j',
    (query) => {
      expect(() => selectOnly(query)).toThrow(expect.objectContaining({ code: 'source.bad_query' }))
    },
  )

  it('cannot comment out what stands behind it', () => {
    expect(derivedTable('select 1 -- end')).toBe('(\nselect 1 -- end\n) as atlas_query')
  })
})

describe('quoting for MySQL', () => {
  it('doubles backticks, escapes quotes and backslashes, and takes only numbers for numbers', () => {
    expect(quoteName('a`b')).toBe('`a``b`')
    expect(quoteText("it's \\ \0")).toBe("'it\\'s \\\\ \\0'")
    expect(quoteNumber('-1.5e3')).toBe('-1.5e3')
    expect(() => quoteNumber('1 or 1=1')).toThrow(RangeError)
    expect(() => quoteName('a\0')).toThrow(RangeError)
  })
})
