import { setImmediate as nextTurn } from 'node:timers/promises'

/** A rule is planned or proved in well under a millisecond. */
const ITEMS_PER_TURN = 100

/** Works on items one after the other, in their order; between some of them the process answers others, however many there are. */
export async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Result | Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  for (const [index, item] of items.entries()) {
    if (index % ITEMS_PER_TURN === ITEMS_PER_TURN - 1) await nextTurn()
    results.push(await work(item, index))
  }
  return results
}
