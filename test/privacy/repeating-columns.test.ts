import { expect, it, onTestFinished } from 'vitest'
import { sql } from '../../src/core/sql.ts'
import { classifyColumns } from '../../src/privacy/classify-columns.ts'
import { openMemoryEngine } from '../engine/memory-engine.ts'

it('finds the same in columns whose values repeat as in columns whose do not', async () => {
  const engine = await openMemoryEngine()
  onTestFinished(() => engine.close())
  // 10,000 rows of 100 different cells, 7 of which hold an address; the second column says which row it is and so never repeats.
  await engine.run(sql`create table t as select
    case when i % 100 < 7 then 'write to person' || i % 100 || '@example.dk' else 'nothing here ' || i % 100 end as repeats,
    case when i % 100 < 7 then 'write to person' || i || '@example.dk' else 'nothing here ' || i end as differs
    from range(10000) r(i)`)
  const columns = ['repeats', 'differs'].map((name) => ({ name, type: 'VARCHAR' }))
  const found = await classifyColumns(engine, sql`t`, columns)
  const facts = found.map(({ column, entity, matches, rows, within }) => ({ column, entity, matches, rows, within }))
  expect(facts).toEqual([
    { column: 'repeats', entity: 'EMAIL_ADDRESS', matches: 700, rows: 10_000, within: 'text' },
    { column: 'differs', entity: 'EMAIL_ADDRESS', matches: 700, rows: 10_000, within: 'text' },
  ])
})
