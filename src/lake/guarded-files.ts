import { AtlasError } from '../core/errors.ts'
import type { LakeFiles } from './lake-files.ts'

export interface GuardOptions {
  /** Proves that the files are those of this lake, before the first is read or written. @throws AtlasError `lake.*` */
  settle(): Promise<void>
  /** How long to wait before asking again whether the files can be kept. */
  probeMs?: number
  /** How often to ask while all is well, so that an outage is known before anybody needs the files; never unless told. */
  checkEveryMs?: number
}

/** Files that may be out of reach for a while, from the start too. */
export interface GuardedFiles extends LakeFiles {
  /**
   * Makes the first try to prove whose the files are. Later ones are made by themselves until one succeeds.
   * @throws AtlasError `lake.*` of that try
   */
  settled(): Promise<void>
}

const PROBE_MS = 5_000

/**
 * Knows whether the place of the files can be reached. Until it was proved whose they are, nothing is read, written or collected. What is asked for while it
 * cannot be reached fails at once with the retryable error that was seen, and it is asked again until it answers.
 */
export function guardFiles(files: LakeFiles, { settle, probeMs = PROBE_MS, checkEveryMs }: GuardOptions): GuardedFiles {
  let isSettled = false
  let outage: AtlasError | null = null
  let timer: NodeJS.Timeout | undefined
  let going: Promise<void> | null = null
  let isClosed = false

  const ask = (): Promise<void> => {
    going ??= askOnce().finally(() => (going = null))
    return going
  }
  async function askOnce(): Promise<void> {
    clearTimeout(timer)
    try {
      if (isSettled) await files.check()
      else await settle()
      isSettled = true
      outage = null
      if (checkEveryMs !== undefined) askIn(checkEveryMs)
    } catch (error) {
      note(error)
      throw error
    }
  }
  function note(error: unknown): void {
    if (!(error instanceof AtlasError)) return
    if (isSettled && error.code !== 'lake.store_unreachable') return
    outage = error
    askIn(probeMs)
  }
  function askIn(ms: number): void {
    clearTimeout(timer)
    if (!isClosed) timer = setTimeout(() => void ask().catch(() => undefined), ms).unref()
  }
  async function ready(): Promise<void> {
    if (!isSettled) {
      if (outage !== null) throw again(outage)
      await ask()
    } else if (outage !== null && !files.isRemote) throw again(outage)
  }
  /** A bucket that went away is asked all the same: what is cached can be read, and what a run has made may get there. */
  async function guarded<T>(work: () => Promise<T>): Promise<T> {
    await ready()
    try {
      return await work()
    } catch (error) {
      note(error)
      throw error
    }
  }

  return {
    folder: files.folder,
    place: files.place,
    isRemote: files.isRemote,
    get outage() {
      return outage
    },
    settled: ask,
    ready,
    hold: (paths, signal) => guarded(() => files.hold(paths, signal)),
    reserve: (file) => guarded(() => files.reserve(file)),
    publish: (file, signal) => guarded(() => files.publish(file, signal)),
    remove: (file) => guarded(() => files.remove(file)),
    async *list() {
      await ready()
      yield* files.list()
    },
    verify: (file, signal) => guarded(() => files.verify(file, signal)),
    sweep: (olderThan) => guarded(() => files.sweep(olderThan)),
    claim: (lakeId) => files.claim(lakeId),
    check: () =>
      guarded(async () => {
        const words = await files.check()
        outage = null
        return words
      }),
    close() {
      isClosed = true
      clearTimeout(timer)
      files.close()
    },
  }
}

/** The same for another caller, with a stack of its own. */
function again(error: AtlasError): AtlasError {
  return new AtlasError(error.code, error.message, { cause: error, next: error.next })
}
