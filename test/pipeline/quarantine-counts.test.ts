import { describe, expect, it } from 'vitest'
import type { CheckRuleInput } from '../../src/contract/quality.ts'
import type { RunReport } from '../../src/contract/runs.ts'
import { id, sql } from '../../src/core/sql.ts'
import { markRows, toRanges } from '../../src/store/quarantine-marks.ts'
import { overviewQuarantine, quarantineFiles } from '../../src/store/quarantine-queries.ts'
import { readRun } from '../../src/store/runs.ts'
import { csvRuns } from '../support/csv-runs.ts'
import { tablesOf } from '../support/table-connector.ts'
import { replayRows } from '../support/replay-rows.ts'
import { LONG } from '../support/long-tests.ts'
import { seeded } from '../quality/history/healthy-series.ts'

const source = tablesOf({})
const runs = csvRuns([source.connector])
const positive = (column: string): CheckRuleInput => ({
  id: 'amount-is-positive',
  check: 'expression',
  options: { expression: `${column} > 0` },
  quarantine: true,
})
/** Names of the columns: files have their own, tables in memory those of their connector. */
const NAMES = { append: ['amount', 'n'], replace: ['amount', 'n'], merge: ['v', 'at'] } as const

/** A row as the test knows it; a mended one has the place of the row that it was made from. */
interface Row {
  id: number
  amount: string
  n: number
  place: number
  isSettled: boolean
}

const isRefused = ({ amount }: Row, hasRule: boolean): boolean => amount === 'x' || (hasRule && Number(amount) <= 0)

/** What chart is to hold: row by row, without SQL. */
function expected(rows: readonly Row[], hasRule: boolean, isKeyed: boolean): string[] {
  const good = rows.filter((row) => !row.isSettled && !isRefused(row, hasRule)).toSorted((a, b) => a.place - b.place)
  const kept = isKeyed ? [...new Map(good.map((row) => [row.id, row])).values()] : good
  return kept.map(({ id, amount, n }) => `${id},${amount},${n}`).toSorted()
}

function assertAddsUp(report: RunReport): void {
  expect(report).toMatchObject({ status: 'succeeded', error: null })
  const { sourceRows, publishedRows, quarantinedRows, deduplicatedRows, discardedRows } = report
  expect(sourceRows).toBe(publishedRows + quarantinedRows + deduplicatedRows + discardedRows)
  expect(Math.min(publishedRows, quarantinedRows, deduplicatedRows, discardedRows)).toBeGreaterThanOrEqual(0)
}

describe('random runs, replays and discards', () => {
  const seeds = [
    ['append', 1],
    ['append', 2],
    ['merge', 6],
    ['replace', 9],
    ['append', 3],
    ['append', 4],
    ['merge', 8],
    ['replace', 10],
  ] as const
  it.each(LONG ? seeds : seeds.slice(0, 4))(
    'leave chart as counted row by row, and every row accounted for (%s, seed %i)',
    async (mode, seed) => {
      const next = seeded(seed)
      const random = (below: number): number => Math.floor(next() * below)
      const isKeyed = seed % 2 === 0
      const name = `random_${seed}`
      const { db } = runs.database
      const dataset = `chart.${name}`
      const [amountName, nName] = NAMES[mode]
      const rows: Row[] = []
      let hasRule = true
      let n = 0
      const act = async (): Promise<RunReport | null> => {
        const open = rows.filter((row) => !row.isSettled && isRefused(row, hasRule))
        const choice = rows.length === 0 ? 0 : random(4)
        if (choice < 2 || open.length === 0) {
          hasRule = random(3) > 0
          const fresh = Array.from({ length: 1 + random(5) }, (): Row => {
            n += 1
            return { id: random(4), amount: ['5', '-5', 'x', '7'][random(4)]!, n, place: n, isSettled: false }
          })
          // A source that is read in full has all its rows in the newest read.
          if (mode === 'replace') rows.length = 0
          rows.push(...fresh)
          const columns = { id: { type: 'integer' }, [amountName]: { type: 'integer' }, [nName]: { type: 'integer' } } as const
          const stream = { mode, columns, keys: isKeyed ? ['id'] : [], checks: hasRule ? [positive(amountName)] : [] }
          if (mode !== 'merge')
            return runs.run(name, ['id,amount,n', ...fresh.map((row) => `${row.id},${row.amount},${row.n}`), ''].join('\n'), stream)
          source.tables[name] = [...(source.tables[name] ?? []), ...fresh.map((row) => ({ id: row.id, at: row.n, v: row.amount }))]
          const kept = { ...stream, name, cursor: { column: 'at' } }
          return runs.platform.run({ name, source: { connector: 'kafka', settings: {} }, streams: [kept] })
        }
        const row = open[random(open.length)]!
        const { batch, number, index } = await find(dataset, row, NAMES[mode])
        row.isSettled = true
        if (choice === 2) {
          const chosen = new Map([[batch, toRanges([number])]])
          await db.transaction().execute((t) => markRows(t, chosen, { state: 'discarded', reason: 'a test', by: 'test' }))
          return null
        }
        const amount = ['-1', '9'][random(2)]!
        rows.push({ ...row, amount, place: row.place + 1e-4 * rows.length, isSettled: false })
        return replayRows(runs, dataset, [number], { edits: [{ batch: '', row: number, cells: { [amountName]: amount } }] }, index)
      }
      for (let turn = 0; turn < 8; turn += 1) {
        const report = await act()
        if (report === null) continue
        assertAddsUp(report)
        const { sourceRows, publishedRows, quarantinedRows, deduplicatedRows, discardedRows } = report
        expect(await readRun(db, report.runId)).toMatchObject({
          source_rows: sourceRows,
          published_rows: publishedRows,
          quarantined_rows: quarantinedRows,
          deduplicated_rows: deduplicatedRows,
          discarded_rows: discardedRows,
        })
        const chart = await runs.platform.rows(dataset, sql`select id, ${id(amountName)}, ${id(nName)}`)
        expect(chart.map((cells) => cells.join(',')).toSorted()).toEqual(expected(rows, hasRule, isKeyed))
        const open = rows.filter((row) => !row.isSettled && isRefused(row, hasRule)).length
        const overview = (await overviewQuarantine(db)).find((found) => found.dataset === dataset)
        expect(overview?.states.open ?? 0).toBe(open)
      }
    },
  )
})

/** The newest entry in quarantine of a row. */
async function find(
  dataset: string,
  row: Row,
  [amountName, nName]: readonly [string, string],
): Promise<{ batch: string; number: number; index: number }> {
  const batches = await quarantineFiles(runs.database.db, dataset)
  for (const [index, { id, path }] of batches.entries()) {
    const file = `${runs.platform.lake.folder}/${path}`
    const [found] = await runs.platform.lake.session((session) =>
      session.rows(sql`select file_row_number + 1 as n from read_parquet(${file}, file_row_number = true)
        where json_extract_string("row", ${`$.${nName}`}) = ${String(row.n)} and json_extract_string("row", ${`$.${amountName}`}) = ${row.amount}`),
    )
    if (found !== undefined) return { batch: id, number: Number(found['n']), index }
  }
  throw new Error(`row ${row.n} of ${dataset} is not in quarantine`)
}
