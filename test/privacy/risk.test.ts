import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { raw } from '../../src/core/sql.ts'
import { measureRisk, quasiIdentifiers } from '../../src/privacy/risk.ts'
import { openMemoryEngine, type MemoryEngine } from '../engine/memory-engine.ts'

let engine: MemoryEngine
beforeAll(async () => {
  engine = await openMemoryEngine()
  await engine.run(
    raw(
      `create table people as select date '1950-01-01' + (i * 7 % 18000)::int as birth_date, ['F', 'M'][1 + i % 2] as sex, (1000 + hash(i) % 9000)::varchar as postcode, 'h1_' || i as token from range(20000) r(i)`,
    ),
  )
})
afterAll(() => engine.close())

const people = [
  { name: 'birth_date', type: 'DATE' },
  { name: 'sex', type: 'VARCHAR' },
  { name: 'postcode', type: 'VARCHAR' },
]

describe('risk of people being told apart', () => {
  it('P36: birth date, sex and postcode make nearly all rows unique; made coarser they hide in groups of five', async () => {
    const risk = await measureRisk(engine, raw('people'), people, 5)
    expect(risk).toMatchObject({ rows: 20_000, columns: ['birth_date', 'sex', 'postcode'], k: 1, wanted: 5 })
    expect(risk.uniqueShare).toBeGreaterThan(0.99)
    expect(risk.mend!.k).toBeGreaterThanOrEqual(5)
    expect(risk.mend!.exposedShare).toBe(0)
    const coarser = risk.mend!.steps.map(({ column }) => column)
    expect(coarser.length).toBeGreaterThan(0)
    // What is proposed, done in plain SQL, gives that k.
    const asSql: Record<string, string> = {
      month: `strftime(birth_date, '%Y-%m')`,
      year: 'year(birth_date)',
      decade: 'year(birth_date) // 10',
    }
    const cells = people.map(({ name }) => {
      const rule = risk.mend!.steps.find(({ column }) => column === name)?.rule
      return rule === undefined
        ? name
        : rule.action === 'drop'
          ? '1'
          : rule.to === 'prefix'
            ? `left(${name}, ${rule.size})`
            : asSql[rule.to!]
    })
    const [row] = await engine.rows(
      raw(
        `select min(n) as k from (select count(*) as n from (select ${cells.map((cell, index) => `${cell} as c${index}`).join(', ')} from people) group by c0, c1, c2)`,
      ),
    )
    expect(Number(row!['k'])).toBe(risk.mend!.k)
  })

  it('names the fewest columns that do it', async () => {
    await engine.run(
      raw(`create table few as select i % 2 as sex, i % 3 as class, case when i = 0 then 'x' else 'y' end as job from range(600) r(i)`),
    )
    const risk = await measureRisk(
      engine,
      raw('few'),
      [
        { name: 'sex', type: 'INTEGER' },
        { name: 'class', type: 'INTEGER' },
        { name: 'job', type: 'VARCHAR' },
      ],
      5,
    )
    expect(risk.cause).toMatchObject({ columns: ['job'], k: 1 })
    expect(risk.cause!.uniqueShare).toBeCloseTo(1 / 600)
    expect(risk.mend!.steps).toEqual([{ column: 'job', rule: { action: 'drop' } }])
  })

  it('finds nothing to mend where groups are large enough, and counts NULL as a value', async () => {
    await engine.run(
      raw(`create table fine as select i % 2 as sex, case when i % 4 < 2 then null else 'a' end as job from range(100) r(i)`),
    )
    const columns = [
      { name: 'sex', type: 'INTEGER' },
      { name: 'job', type: 'VARCHAR' },
    ]
    expect(await measureRisk(engine, raw('fine'), columns, 5)).toEqual({
      rows: 100,
      columns: ['sex', 'job'],
      wanted: 5,
      k: 25,
      uniqueShare: 0,
      exposedShare: 0,
      cause: null,
      mend: null,
    })
  })

  it('says so where there are too few rows for any group, and of an empty table nothing', async () => {
    await engine.run(raw(`create table three as select i as age from range(3) r(i)`))
    expect(await measureRisk(engine, raw('three'), [{ name: 'age', type: 'BIGINT' }], 5)).toMatchObject({
      k: 1,
      mend: null,
      cause: { columns: ['age'] },
    })
    expect(await measureRisk(engine, raw('(from three where age > 9)'), [{ name: 'age', type: 'BIGINT' }], 5)).toMatchObject({
      rows: 0,
      k: 0,
      cause: null,
      mend: null,
    })
  })

  it('takes columns that describe people for quasi-identifiers by their names', () => {
    const names = ['token', 'birth_date', 'Køn', 'Postnr', 'amount', 'city', 'birthday_bonus']
    expect(quasiIdentifiers(names.map((name) => ({ name, type: 'VARCHAR' }))).map(({ name }) => name)).toEqual([
      'birth_date',
      'Køn',
      'Postnr',
      'city',
      'birthday_bonus',
    ])
  })
})
