import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { DatasetContract } from '../../src/contract/quality-contracts.ts'
import { CheckRule } from '../../src/contract/quality.ts'
import { sql } from '../../src/core/sql.ts'
import { expandContract } from '../../src/quality/contract-file/expand-contract.ts'
import { ruleDifferences } from '../../src/quality/contract-file/rule-differences.ts'
import { measureQuality } from '../../src/quality/measure.ts'
import { nameRules } from '../../src/quality/name-rules.ts'
import { openMemoryEngine } from '../engine/memory-engine.ts'

const COUNT = 5000
const LONGEST_MS = 200
const rules = Array.from({ length: COUNT }, (_, n) => ({ check: 'range', options: { min: n - COUNT, max: 10_000 + n } }))
const contract = DatasetContract.parse({ dataset: 'chart.wide', columns: { a: { rules } } })

/** Milliseconds that this thread computes between two turns, at most, while the work goes on; time that others take of the machine is not counted. */
async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  const busy = (): number => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  }
  let isDone = false
  let longest = 0
  let since = busy()
  const beat = async (): Promise<void> => {
    while (!isDone) {
      await nextTurn()
      const now = busy()
      longest = Math.max(longest, now - since)
      since = now
    }
  }
  const beating = beat()
  await work()
  isDone = true
  await beating
  return longest
}

describe('5,000 rules of one column', () => {
  it('are measured without holding everything else for longer than 200 ms at a time', async () => {
    const engine = await openMemoryEngine()
    try {
      await engine.run(sql`create table wide as select i as a from range(1000) r(i)`)
      const named = expandContract(contract).map(({ rule }) => rule)
      const facts = { now: new Date(0), keys: [], sourceRows: null, automatic: false }
      const longest = await longestTurn(async () => {
        const { results, scans } = await measureQuality(engine, sql`wide`, [{ name: 'a', type: 'BIGINT' }], named, facts)
        expect([results.length, scans, new Set(results.map(({ status }) => status))]).toEqual([COUNT, 1, new Set(['passed'])])
      })
      expect(longest).toBeLessThan(LONGEST_MS)
    } finally {
      engine.close()
    }
  }, 60_000)

  it.each([
    ['named', () => nameRules(rules.map((rule) => CheckRule.parse({ ...rule, options: { column: 'a', ...rule.options } })))],
    ['expanded', () => expandContract(contract)],
    [
      'compared with what is stored',
      () => {
        const placed = expandContract(contract).map(({ rule }) => rule)
        const shared = { dataset: 'chart.wide', origin: 'file', source: 'wide.yaml', editable: false, version: 1 } as const
        const stored = placed.map((rule) => ({ ...shared, id: rule.id, rule, changedBy: 'test', changedAt: '2026-01-01T00:00:00Z' }))
        expect(ruleDifferences(placed, stored)).toEqual([])
        return placed
      },
    ],
  ])('are %s in less than that', async (_, work) => {
    let found: readonly unknown[] = []
    const longest = await longestTurn(() => Promise.resolve((found = work())))
    expect([found.length, longest < LONGEST_MS]).toEqual([COUNT, true])
  })

  it('have names of their own, numbered in their order', () => {
    const names = expandContract(contract).map(({ rule }) => rule.id)
    expect([names[0], names[1], names.at(-1), new Set(names).size]).toEqual(['range.a', 'range.a.2', `range.a.${COUNT}`, COUNT])
  })
})
