/**
 * Does a piece of work for each item, some at once. The first that fails aborts `failing` and is thrown, once all have come to rest.
 * @param most at once
 */
export async function inParallel<T>(
  items: readonly T[],
  most: number,
  failing: AbortController,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values()
  let first: { error: unknown } | null = null
  async function worker(): Promise<void> {
    for (const item of queue) {
      if (first !== null) return
      try {
        await work(item)
      } catch (error) {
        first ??= { error }
        failing.abort(error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker))
  if (first !== null) throw (first as { error: unknown }).error
}
