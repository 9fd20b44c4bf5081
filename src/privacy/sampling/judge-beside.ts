import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Entity } from '../../contract/entities.ts'
import type { ColumnFinding } from '../classify-columns.ts'
import { columnAnalyzer } from '../column-analyzer.ts'
import { rareKinds } from '../rare-kinds.ts'
import { recognizers } from '../recognizers/index.ts'
import type { ColumnSample } from './column-sample.ts'
import { judgePersons, personAnalyzer } from './judge-persons.ts'
import { judgePicked, judgeSample } from './judge-sample.ts'

/** Cells of a column that can hold a rare kind; null where there were too many of each to be picked. */
export interface PickedCells {
  column: string
  sample: ColumnSample | null
  /** Kinds that too many cells can hold: of these the sample says what there is. */
  crowded: ReadonlySet<Entity>
}

/** Judges samples while the query goes on: DuckDB works on threads of its own. */
export interface JudgeBeside {
  /**
   * Takes samples by column, and judges one in each turn of the event loop.
   * @param settled columns that are one kind as far as is known by now: they are judged at the end if they turn out not to be
   */
  take(samples: ReadonlyMap<string, ColumnSample>, settled: ReadonlySet<string>): void
  /** Takes the cells that were picked out of whole columns. */
  takePicked(picked: readonly PickedCells[]): void
  /** Rare kinds of which, in some column, not all cells with their shape were looked at. */
  crowded(): Entity[]
  /** What was found, given what the whole columns are. A column that is one kind in every row needs no look at what else its cells may be. */
  finish(exact: readonly ColumnFinding[]): Promise<ColumnFinding[]>
}

/** A judge for these entities and for names of persons. */
export function judgeBeside(entities: readonly Entity[]): JudgeBeside {
  const analyzer = columnAnalyzer(entities, { scoreThreshold: 0.01, beside: recognizers.map(({ id: entity }) => entity) })
  const rare = columnAnalyzer(
    entities.filter((entity) => rareKinds.has(entity)),
    { beside: [...entities, ...recognizers.map(({ id: entity }) => entity)] },
  )
  const persons = personAnalyzer()
  const judge = (name: string, sample: ColumnSample): ColumnFinding[] => {
    if (sample.rows === 0) return []
    const kinds = judgeSample(name, sample, analyzer)
    return [...kinds, ...besideOthers(judgePersons(name, sample, persons), kinds)]
  }
  const waiting: [string, ColumnSample][] = []
  const judged = new Map<string, ColumnFinding[]>()
  const picked = new Map<string, PickedCells>()
  const later = new Map<string, ColumnSample>()
  let work: Promise<void> | null = null
  const workOff = async (): Promise<void> => {
    for (await nextTurn(); waiting.length > 0; await nextTurn()) {
      for (const [name, sample] of waiting.splice(0, 1)) judged.set(name, judge(name, sample))
    }
    work = null
  }
  return {
    take(samples, settled) {
      for (const [name, sample] of samples) if (settled.has(name)) later.set(name, sample)
      waiting.push(...[...samples].filter(([name]) => !settled.has(name)))
      work ??= workOff()
      // What goes wrong is told by `finish`, which may never be called where the query fails first.
      work.catch(() => {})
    },
    takePicked(those) {
      for (const one of those) picked.set(one.column, one)
    },
    crowded: () => [...new Set([...picked.values()].flatMap((one) => [...one.crowded]))],
    async finish(exact) {
      await work
      const wholes = new Map(exact.filter(({ within }) => within === 'column').map((finding) => [finding.column, finding]))
      const isWhole = (name: string) => {
        const whole = wholes.get(name)
        return whole !== undefined && whole.matches >= whole.rows
      }
      for (const [name, sample] of later) if (!isWhole(name)) judged.set(name, judge(name, sample))
      const all: ColumnFinding[] = []
      for (const [name, found] of judged) {
        const { sample = null, crowded } = picked.get(name) ?? {}
        if (isWhole(name)) continue
        if (sample === null || sample.cells.size === 0) all.push(...besideWhole(found, wholes.get(name)))
        else {
          await nextTurn()
          const exact = judgePicked(name, sample, rare).filter(({ entity }) => crowded?.has(entity) !== true)
          all.push(...besideWhole(withPicked(found, exact), wholes.get(name)))
        }
      }
      return all
    },
  }
}

/** What every cell says goes before what a sample says; a column that is of a kind as a whole stays that. */
function withPicked(sampled: readonly ColumnFinding[], picked: readonly ColumnFinding[]): ColumnFinding[] {
  const whole = sampled.find(({ within }) => within === 'column')
  const exact = picked.filter(({ entity, matches, rows }) => entity !== whole?.entity && matches <= rows - wholeRows(whole, rows))
  return [...sampled.filter(({ entity }) => !exact.some((one) => one.entity === entity)), ...exact]
}

function wholeRows(whole: ColumnFinding | undefined, rows: number): number {
  return whole === undefined ? 0 : Math.floor((whole.matches / whole.rows) * rows)
}

/** In a column that is mostly one kind another may stand inside the text of the other cells. */
function besideWhole(found: readonly ColumnFinding[], whole: ColumnFinding | undefined): readonly ColumnFinding[] {
  if (whole === undefined) return found
  return found.filter(({ within, matches, rows }) => within === 'text' && matches <= rows * (1 - whole.matches / whole.rows))
}

/** What is one other kind as a whole holds names at most inside text. */
function besideOthers(person: ColumnFinding | null, kinds: readonly ColumnFinding[]): ColumnFinding[] {
  const isSettled = kinds.some(({ within }) => within === 'column')
  return person === null || (isSettled && person.within === 'column') ? [] : [person]
}
