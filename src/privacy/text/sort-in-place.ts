/** Up to so many items, moving each to its place is faster than the library's sort, which copies first. */
const mostMoved = 24

/** Sorts a list in place; items that compare alike keep their order. Made for short lists and such as are in order already. */
export function sortInPlace<Item>(list: Item[], compare: (a: Item, b: Item) => number): Item[] {
  if (list.length > mostMoved) return list.sort(compare)
  for (let index = 1; index < list.length; index++) {
    const item = list[index] as Item
    let place = index
    while (place > 0 && compare(list[place - 1] as Item, item) > 0) {
      list[place] = list[place - 1] as Item
      place -= 1
    }
    list[place] = item
  }
  return list
}
