import type { BulkPage } from './bulk-query.ts'

/** Pages that lie ready at most; with 50,000 rows each this is some hundred megabytes of disk. */
const AHEAD = 4

/**
 * Gets pages while those before are being landed, and hands on what has come until then in one: files that are read together are read by several threads. Pages that came
 * before an error are handed on before it.
 */
export async function* gatherPages(pages: AsyncGenerator<BulkPage>): AsyncGenerator<BulkPage> {
  const ready: BulkPage[] = []
  let isStopped = false
  let wake = (): void => undefined
  const changed = (): Promise<void> => new Promise((resolve) => (wake = resolve))
  const pull = async (): Promise<void> => {
    for await (const page of pages) {
      ready.push(page)
      wake()
      while (ready.length >= AHEAD && !isStopped) await changed()
      if (isStopped) return
    }
  }
  let isDone = false
  const pulling = pull().finally(() => {
    isDone = true
    wake()
  })
  // Whoever takes the last page is told of an error; until then nobody waits for it.
  pulling.catch(() => undefined)
  try {
    for (;;) {
      const taken = takeAlike(ready)
      if (taken !== null) {
        wake()
        yield taken
      } else if (isDone) return await pulling
      else await changed()
    }
  } finally {
    isStopped = true
    wake()
    await pulling.catch(() => undefined)
  }
}

/** The pages at the front that have the same columns, as one; null when there is none. */
function takeAlike(ready: BulkPage[]): BulkPage | null {
  const [first] = ready
  if (first === undefined) return null
  const end = ready.findIndex((page) => page.names.join() !== first.names.join())
  const taken = ready.splice(0, end < 0 ? ready.length : end)
  return {
    files: taken.flatMap((page) => page.files),
    rows: taken.reduce((sum, page) => sum + page.rows, 0),
    names: first.names,
    next: taken.at(-1)?.next ?? null,
  }
}
