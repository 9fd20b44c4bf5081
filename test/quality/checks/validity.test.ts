import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { semanticType } from '../../../src/pipeline/measuring/semantic-type.ts'
import { caseOf, openRuleBench, type RuleBench } from './measure-rule.ts'

let bench: RuleBench
beforeAll(async () => {
  bench = await openRuleBench()
})
afterAll(() => bench.close())

const texts = (...values: string[]) => `create table t as select unnest([${values.map((value) => `'${value}'`).join(', ')}, null, ' ']) x`

describe('values', () => {
  it('Q09: infinity is counted and ends nothing', async () => {
    const { setup_sql: setup, expect: expected } = caseOf('Q09')
    const result = await bench.rule(setup, { check: 'finite', options: { column: 'x' } })
    expect([result.failing, result.figures]).toEqual([
      expected['non_finite'],
      { mean: expected['avg_finite'], deviation: expected['sd_finite'] },
    ])
  })

  it('Q14: a NULL is neither valid nor invalid', async () => {
    const { setup_sql: setup, expect: expected } = caseOf('Q14')
    const result = await bench.rule(setup, { check: 'range', options: { column: 'amount', above: 0 } })
    expect([result.eligible - result.failing, result.failing, result.summary.dimensions.validity]).toEqual([
      expected['valid'],
      expected['invalid'],
      expected['validity'],
    ])
  })

  it('Q17: a postcode that lost its zero has its length back when padded', async () => {
    const { setup_sql: setup, expect: expected } = caseOf('Q17')
    const result = await bench.rule(setup, { check: 'length', options: { column: 'p', min: 4, max: 4, padTo: 4 } })
    expect(result.eligible - result.failing).toBe(expected['valid'])
  })

  it.each([
    [{ min: 1, max: 3 }, 2],
    [{ above: 1, below: 3 }, 4],
    [{ above: 0, max: 2 }, 3],
    [{ min: 4 }, 4],
  ])('range %j', async (options, failing) => {
    const setup = 'create table t as select unnest([1, 2, 3, 4, 0, null]) x'
    expect((await bench.rule(setup, { check: 'value_range', options: { column: 'x', ...options } })).failing).toBe(failing)
  })

  it.each([
    ['decimal(12,2)', { min: 0.001 }, 2],
    ['decimal(12,2)', { max: '0.999' }, 2],
    ['decimal(12,2)', { above: 0.994 }, 3],
    ['decimal(12,2)', { min: 1e-7, max: 1e300 }, 2],
    ['decimal(38,3)', { max: '99999999999999999999999999999999999.999' }, 0],
    ['integer', { min: 0.5 }, 2],
    ['tinyint', { max: 1000 }, 0],
  ])('a limit that no %s equals is not rounded: %j', async (type, options, failing) => {
    const setup = `create table t as select unnest([-1, 0, 0.99, 1, 2])::${type} x`.replace(
      ', 0.99',
      type.startsWith('dec') ? ', 0.99' : '',
    )
    expect(await bench.rule(setup, { check: 'range', options: { column: 'x', ...options } })).toMatchObject({ failing, message: null })
  })

  it('ranges hold for dates, decimals and timestamps, and NaN lies in none', async () => {
    const dates = await bench.rule(`create table t as select unnest([date '2026-01-01', date '2027-01-01']) x`, {
      check: 'range',
      options: { column: 'x', below: '2027-01-01' },
    })
    const decimals = await bench.rule('create table t as select unnest([0.1, 0.2])::decimal(9,2) x', {
      check: 'range',
      options: { column: 'x', max: 0.1 },
    })
    const doubles = await bench.rule(`create table t as select unnest(['nan'::double, 1, 'inf'::double]) x`, {
      check: 'range',
      options: { column: 'x', min: 0 },
    })
    expect([dates.failing, decimals.failing, doubles.failing]).toEqual([1, 1, 1])
  })

  it.each([
    ['set', { values: ['DK', 'SE'] }, 2],
    ['set', { values: ['dk', 'se'], ignoreCase: true }, 1],
    ['accepted_values', { values: ['DK', 'SE', 'se', 'XX'] }, 0],
    ['not-in-set', { values: ['XX'] }, 1],
    ['not-in-set', { values: ['xx', 'dk'], ignoreCase: true }, 2],
    ['set', { values: Array.from({ length: 50 }, (_, index) => `C${index}`) }, 4],
  ])('%s %j', async (check, options, failing) => {
    const result = await bench.rule(texts('DK', 'SE', 'se', 'XX'), { check, options: { column: 'x', ...options } })
    expect([result.eligible, result.failing]).toEqual([4, failing])
  })

  it.each([
    [['', 'N/A'], false, [4, 2]],
    [['', 'n/a'], true, [5, 3]],
    [['x'], false, [2, 1]],
  ])('a list of %j, ignoring case %s, forbids also texts that stand for no value elsewhere', async (values, ignoreCase, counts) => {
    const setup = `create table t as select * from (values (''), ('N/A'), ('x'), ('y'), ('n/a'), (null)) v(x)`
    const result = await bench.rule(setup, { check: 'not-in-set', options: { column: 'x', values, ignoreCase } })
    expect([result.eligible, result.failing]).toEqual(counts)
  })

  it.each([
    ['pattern', { pattern: '[a-z]+' }, 2],
    ['pattern', { pattern: '[a-z]', anywhere: true }, 0],
    ['pattern', { patterns: ['a.', 'b.*'] }, 1],
    ['pattern', { like: ['a_', 'b%'] }, 1],
    ['pattern', { like: ['a\\_'] }, 4],
    ['pattern', { like: ['.%', 'a(', '%\\'] }, 4],
    ['pattern_match', { pattern: '(?i)[A-Z0-9]+' }, 0],
    ['not-pattern', { pattern: '[0-9]', anywhere: true }, 2],
    ['not-pattern', { pattern: '[0-9]' }, 0],
    ['not-pattern', { like: ['%c%'] }, 1],
  ])('%s %j', async (check, options, failing) => {
    const result = await bench.rule(texts('ab', 'a1', 'b2', 'xc'), { check, options: { column: 'x', ...options } })
    expect([result.eligible, result.failing]).toEqual([4, failing])
  })

  it.each([
    ['email', ['a@b.dk', 'a.b+c@sub.example.com'], ['a@b', 'a b@c.dk', '@b.dk']],
    ['uuid', ['6f9619ff-8b86-d011-b42d-00cf4fc964ff'], ['6f9619ff8b86d011b42d00cf4fc964ff']],
    ['url', ['https://example.dk/a?b#c', 'http://x'], ['example.dk', 'https:// x']],
    ['ipv4', ['192.168.0.1', '0.0.0.0'], ['256.1.1.1', '1.2.3']],
    ['date-iso', ['2026-01-31'], ['31-01-2026', '2026-1-3', '2026-13-01']],
    ['date-eu', ['31-12-2025', '1.2.26'], ['12-31-2025']],
    ['time-24h', ['23:59', '07:05:09.1'], ['24:00', '7:5']],
    ['integer', ['-12', '007'], ['1.0', '1e3']],
    ['decimal', ['1.50', '.5', '-2e10'], ['1,5', 'x']],
    ['decimal-comma', ['1.234,50', '12,5', '1234'], ['1,234.50']],
    ['money', ['1.234,50 kr.', 'DKK 12.50', '$1,000'], ['kr', '12.5 kroner']],
    ['phone', ['+45 12 34 56 78', '(012) 345-678'], ['12', 'abc']],
    ['positive-integer', ['1', '+007'], ['0', '-1']],
    ['percentage', ['12 %', '3,5%'], ['12', '%']],
    ['boolean', ['True', 'n', '0'], ['maybe']],
    ['date-us', ['12/31/2025', '1-2-26'], ['31/12/2025']],
    ['date-inverse', ['2025/12/31', '2025.1.2'], ['31.12.2025']],
    ['time-12h', ['11:59 pm', '1:05:09AM'], ['13:00 pm', '11:59']],
    ['timestamp-iso', ['2026-01-31T10:00:00Z', '2026-01-31 10:00', '2026-01-31T10:00:00.123+02:00'], ['2026-01-31', '2026-01-31T25:00']],
    ['domain', ['example.dk', 'a.b-c.example.com'], ['example', '-a.dk', 'http://a.dk']],
    ['mac-address', ['00:1A:2b:3c:4d:5e', '00-1a-2b-3c-4d-5e'], ['00:1A:2b:3c:4d']],
    ['slug', ['my-page-2'], ['My page', '-a', 'a--b']],
    ['hex-color', ['#fff', '#A0B1C2'], ['fff', '#ffff']],
  ])('the format %s', async (format, right, wrong) => {
    const result = await bench.rule(texts(...right, ...wrong), { check: 'pattern', options: { column: 'x', format } })
    expect([result.eligible, result.failing]).toEqual([right.length + wrong.length, wrong.length])
  })
})

describe('texts that mean another type', () => {
  it.each([
    ['integer', ['1', ' -7 ', '+0'], ['1.5', '1e3', 'x']],
    ['number', ['1.5', '1e3', '-0'], ['1,5', '1.2.3', 'inf']],
    ['boolean', ['true', 'No', '1'], ['maybe', '2']],
    ['date', ['2026-02-28', '2026-1-5'], ['2026-02-30', '31-12-2025', '2026-02-28 10:00']],
    ['timestamp', ['2026-02-28 10:00:00', '2026-02-28T10:00:00Z', '2026-02-28'], ['28-02-2026 10:00', '10:00']],
    ['time', ['10:00:00'], ['25:00:00']],
    ['uuid', ['6f9619ff-8b86-d011-b42d-00cf4fc964ff'], ['6f9619ff']],
    ['json', ['{"a": 1}', '[1, 2]'], ['{a: 1}', '{']],
  ])('%s', async (type, right, wrong) => {
    const result = await bench.rule(texts(...right, ...wrong), { check: 'castable', options: { column: 'x', type } })
    expect([result.eligible, result.failing]).toEqual([right.length + wrong.length, wrong.length])
  })

  it('Q16: the column decides how its dates are read, and the ambiguous ones are told', async () => {
    const { setup_sql: setup, expect: expected } = caseOf('Q16')
    const result = await bench.rule(setup, { check: 'date-format', options: { column: 'x' } })
    expect([result.eligible - result.failing, result.figures['ambiguous']]).toEqual([expected['valid'], 1])
    expect(result.message).toContain('%d-%m-%Y')
  })

  it.each([
    ['most values say day first', ['31/12/2025', '30/11/2025', '12/31/2025', '01/02/2025'], {}, 1, 1],
    ['most values say month first', ['12/31/2025', '11/30/2025', '31/12/2025', '01/02/2025'], {}, 1, 1],
    ['nothing says which', ['01/02/2025', '03/04/2025', '05/05/2025'], {}, 0, 2],
    ['the year first always counts', ['2025-12-31', '31.12.2025', '30.12.2025'], {}, 0, 0],
    ['told', ['31.12.25', '31-12-2025'], { formats: ['%d.%m.%y'] }, 1, undefined],
  ])('dates: %s', async (_, values, options, failing, ambiguous) => {
    const result = await bench.rule(texts(...values), { check: 'date-format', options: { column: 'x', ...options } })
    expect([result.failing, result.figures['ambiguous']]).toEqual([failing, ambiguous])
  })
})

describe('kinds of value', () => {
  it.each([
    ['country', ['DK', 'GL', 'US'], ['dk', 'UK', 'XX', 'DNK']],
    ['country-3', ['DNK', 'USA'], ['DK', 'XXX']],
    ['currency', ['DKK', 'EUR'], ['DKR', 'eur']],
    ['language', ['da', 'en'], ['DA', 'xx']],
    ['bic', ['DABADKKK', 'DEUTDEFF500'], ['DABAXXKK', 'DABADK']],
    ['cvr', ['13585628', 'DK13585628'], ['13585629', '1358562', '03585628']],
    ['gtin', ['4006381333931', '73513537', '036000291452'], ['4006381333932', '123']],
    ['isbn', ['978-3-16-148410-0', '0-306-40615-2', '080442957X'], ['978-3-16-148410-1', '0-306-40615-3']],
    ['lei', ['5493001KJTIIGC8Y1R12'], ['5493001KJTIIGC8Y1R13', '5493001KJTIIGC8Y1R1']],
    ['latitude', ['55.67', '-90'], ['90.1', 'x']],
    ['longitude', ['180', '12.5'], ['-181']],
    ['postcode-dk', ['0800', 'DK-3900'], ['800', '12345']],
    ['year', ['1999', '2026'], ['26', '0999']],
    ['url', ['https://example.dk'], ['example']],
  ])('%s', async (type, right, wrong) => {
    const result = await bench.rule(texts(...right, ...wrong), { check: 'semantic-type', options: { column: 'x', type } })
    expect([result.eligible, result.failing]).toEqual([right.length + wrong.length, wrong.length])
  })

  it.each([
    ['email', ['anna@example.dk'], ['anna@localhost', 'x anna@example.dk']],
    ['cpr', ['070761-4285'], ['320199-1234', '12']],
    ['iban', ['DK50 0040 0440 1162 43', 'GB82WEST12345698765432'], ['DK50 0040 0440 1162 44']],
    ['credit-card', ['4111 1111 1111 1111'], ['4111 1111 1111 1112']],
    ['ip-address', ['192.168.0.1', '2001:db8::1'], ['999.1.1.1']],
  ])('%s, as the recognizers of personal data know it', async (type, right, wrong) => {
    const options = { column: 'x', type }
    const result = await bench.rule(texts(...right, ...wrong), { check: 'semantic-type', options }, { semanticType })
    expect([result.eligible, result.failing]).toEqual([right.length + wrong.length, wrong.length])
  })

  it('recognizers tell what they know', async () => {
    const asked: string[] = []
    const recorded = (entity: string, cell: { text: string }) => {
      asked.push(entity, cell.text)
      return null
    }
    const result = await bench.rule(
      texts('070761-4285'),
      { check: 'semantic-type', options: { column: 'x', type: 'cpr' } },
      { semanticType: recorded },
    )
    expect(asked).toEqual(['DK_CPR', `trim("x"::varchar)`])
    expect([result.status, result.message]).toEqual(['warned', 'Values of the kind cpr cannot be told in SQL here.'])
  })
})

describe('JSON', () => {
  const schema = {
    type: 'object',
    required: ['id'],
    additionalProperties: false,
    properties: {
      'id': { type: 'integer', minimum: 1 },
      'state': { enum: ['open', 'closed', null] },
      'a/b': { type: ['number', 'null'], exclusiveMaximum: 10 },
      'tags': { type: 'array', minItems: 1, maxItems: 2 },
      'who': { type: 'object', properties: { name: { type: 'string', minLength: 2, maxLength: 5, pattern: '^[A-Z]' } } },
    },
  }

  it.each([
    ['{"id": 1}', true],
    ['{"id": 1, "state": "open", "a/b": 9.5, "tags": ["x"], "who": {"name": "Ann"}}', true],
    ['{"id": 1, "state": null, "a/b": null}', true],
    ['[1]', false],
    ['{"state": "open"}', false],
    ['{"id": 0}', false],
    ['{"id": 1.5}', false],
    ['{"id": "1"}', false],
    ['{"id": 1, "state": "gone"}', false],
    ['{"id": 1, "state": "null"}', false],
    ['{"id": 1, "a/b": 10}', false],
    ['{"id": 1, "tags": []}', false],
    ['{"id": 1, "tags": [1, 2, 3]}', false],
    ['{"id": 1, "who": {"name": "ann"}}', false],
    ['{"id": 1, "who": {"name": "A"}}', false],
    ['{"id": 1, "more": 1}', false],
    ['{"id": 1', false],
  ])('%s keeps the schema: %s', async (text, keeps) => {
    const result = await bench.rule(texts(text), { check: 'json-schema', options: { column: 'x', schema } })
    expect([result.eligible, result.failing, result.message]).toEqual([1, keeps ? 0 : 1, null])
  })

  it.each([
    [{ oneOf: [] }, '"oneOf" cannot be tested'],
    [{ type: 'text' }, '"text" is no type'],
    [{ properties: { a: { items: {} } } }, '"items" cannot be tested'],
    [{ minimum: 'x' }, '"minimum" is no number'],
  ])('a schema that cannot be tested in full is refused: %j', async (unusable, why) => {
    const result = await bench.rule(texts('{}'), { check: 'json-schema', options: { column: 'x', schema: unusable } })
    expect([result.status, result.message]).toEqual(['error', `The JSON Schema cannot be used: ${why}.`])
  })
})

describe('figures of a column', () => {
  const setup = `create table t as select * from (values (1.0::double, 'a'), (2, 'bb'), (2, 'bb'), ('inf', ''), (null, null)) v(n, s)`

  it.each([
    ['n', 'avg', 5 / 3],
    ['n', 'sum', 5],
    ['n', 'min', 1],
    ['n', 'max', 2],
    ['n', 'median', 2],
    ['n', 'stddev-pop', Math.sqrt(2) / 3],
    ['n', 'variance', 1 / 3],
    ['s', 'distinct', 3],
    ['s', 'distinct-percent', 75],
    ['s', 'duplicates', 1],
    ['s', 'duplicates-percent', 25],
    ['s', 'present', 3],
    ['s', 'missing', 2],
    ['s', 'missing-percent', 40],
    ['s', 'nulls', 1],
    ['s', 'nulls-percent', 20],
    ['s', 'avg-length', 1.25],
    ['s', 'min-length', 0],
    ['s', 'max-length', 2],
  ])('%s: %s is %d', async (column, metric, figure) => {
    const options = { column, metric, min: figure - 1e-9, max: figure + 1e-9 }
    const result = await bench.rule(setup, { check: 'aggregate', options })
    expect(result.value).toBeCloseTo(figure, 9)
    expect([result.status, Object.keys(result.figures)]).toEqual(['passed', [metric]])
  })

  it('a percentile, out of its limits', async () => {
    const result = await bench.rule('create table t as select range x from range(101)', {
      check: 'aggregate',
      options: { column: 'x', metric: 'percentile', percentile: 95, below: 95 },
    })
    expect([result.status, result.value, result.message]).toEqual(['failed', 95, 'The percentile 95 of "x" is 95, expected below 95.'])
  })

  it.each([['avg'], ['missing-percent'], ['min-length']])(
    'Q02: the %s of no row is nothing, and neither passed nor failed',
    async (metric) => {
      const options = { column: 'x', metric, min: 0 }
      const result = await bench.rule(caseOf('Q02').setup_sql, { check: 'aggregate', options })
      expect([result.status, result.value]).toEqual(['not_run', null])
    },
  )

  it.each([
    [['b'], 'passed'],
    [['a', 'c'], 'failed'],
  ])('the most common value against %j: %s, and it is not kept', async (values, status) => {
    const result = await bench.rule(`create table t as select unnest(['a', 'b', 'b', null, null, null]) x`, {
      check: 'most-common',
      options: { column: 'x', values },
    })
    expect(result.status).toBe(status)
    expect(Object.keys(result.figures)).toEqual(['onList'])
  })
})
