import { describe, expect, it } from 'vitest'
import { proveExpression } from '../../src/pipeline/prove-expression.ts'

describe('an expression of a check', () => {
  it.each([
    'net + vat = gross',
    'ends is null or ends >= starts',
    "lower(trim(country)) in ('dk', 'se')",
    'abs(a - b) <= 0.005',
    "case when channel = 'web' then email is not null else true end",
    'amount between 0 and 100 -- a remark',
    '"order" > 0',
    "note like '%a%b%c%' and note not like 'D_-%' and note ilike '%x%'",
    "date_diff('day', ordered, delivered) < 30",
  ])('may be %s', async (text) => {
    const proved = await proveExpression(text)
    expect(proved.text).toContain(text)
  })

  it.each([
    ['a file', "(select count(*) from read_csv('/etc/passwd')) > 0", 'sql.forbidden_function'],
    ['another dataset', '(select max(id) from chart.secrets) > 0', 'sql.forbidden'],
    ['a second statement', 'true); drop table x; select (true', 'sql.not_select'],
    ['a clause behind a bracket', 'true) as holds from chart.rows where (true', 'sql.syntax'],
    ['the rest behind a comment', 'true) as holds from chart.rows --', 'sql.syntax'],
    ['much memory', 'len(range(500000000)) > 0', 'sql.forbidden_function'],
    ['much time', 'levenshtein(a, b) > 0', 'sql.forbidden_function'],
    ['a setting', "current_setting('threads') = '1'", 'sql.forbidden_function'],
    ['a window', 'row_number() over () = 1', 'sql.forbidden'],
    ['every column', 'columns(*) > 0', 'sql.forbidden'],
    ['a lambda', 'list_transform([1], lambda x: x + 1)[1] = 2', 'sql.forbidden_function'],
    ['a LIKE that takes hours', "note ilike '%a%a%b'", 'sql.forbidden'],
    ['a LIKE of single letters that takes hours', "not (note like '%_a%a%b')", 'sql.forbidden'],
    ['a LIKE whose pattern is a value', 'note like mail', 'sql.forbidden'],
    ['the condition around it', 'x > 3) or (1 = 1', 'sql.forbidden'],
    ['two conditions', 'x > 3), (x > 4', 'sql.forbidden'],
    ['two arguments', 'x > 3, x > 4', 'sql.forbidden'],
    ['nonsense', 'net + = gross', 'sql.syntax'],
  ])('may not reach %s', async (_, text, code) => {
    await expect(proveExpression(text)).rejects.toMatchObject({ code })
  })
})
