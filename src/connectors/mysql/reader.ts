import { AtlasError } from '../../core/errors.ts'
import type { Landing, ReadContext, Reader, ReadRequest, ReadResult } from '../connector.ts'
import type { MysqlSettings } from './settings.ts'
import { readFull } from './read-full.ts'
import { readIncremental } from './read-incremental.ts'
import { awaitWriters, type Horizon, SNAPSHOT } from './safe-horizon.ts'
import { openSession, type Session } from './session.ts'
import { planStream } from './stream-plan.ts'

/**
 * Opens the connections of a run and takes their snapshots, one right after the other.
 * @throws AtlasError `source.*`, `run.cancelled`
 */
export async function openReader(settings: MysqlSettings, context: ReadContext): Promise<Reader> {
  const earlier = await openSession(settings, context)
  const sessions: Session[] = []
  const closeAll = async () => void (await Promise.all([earlier, ...sessions].map((session) => session.close())))
  try {
    for (let index = 0; index < settings.connections; index++) sessions.push(await openSession(settings, context))
    const horizon = await awaitWriters(earlier, context.signal)
    for (const session of sessions) await session.rows(SNAPSHOT)
    return readerOn({ settings, sessions, horizon, context, closeAll })
  } catch (error) {
    await closeAll()
    throw error
  }
}

interface Opened {
  settings: MysqlSettings
  sessions: Session[]
  horizon: Horizon
  context: ReadContext
  closeAll: () => Promise<void>
}

function readerOn({ settings, sessions, horizon, context, closeAll }: Opened): Reader {
  const idle = [...sessions]
  const released: (() => void)[] = []
  let snapshots = sessions.length
  const take = async (): Promise<Session> => {
    while (idle.length === 0) await new Promise<void>((resolve) => released.push(resolve))
    const session = idle.shift() as Session
    if (session.usable) return session
    // The connection was lost, or given up in the middle of a table that failed.
    const renewed = await openSession(settings, context).catch((error: unknown) => {
      give(session)
      throw error
    })
    sessions.push(renewed)
    await renewed.rows(SNAPSHOT)
    snapshots++
    return renewed
  }
  const give = (session: Session): void => {
    idle.push(session)
    released.shift()?.()
  }
  return {
    parallel: settings.connections,
    read: async (request, readContext, landing) => {
      const session = await take()
      const snapshot = snapshots
      try {
        const result = await readStream(session, settings, request, readContext, landing, horizon)
        if (snapshot > settings.connections)
          result.warnings.push(
            `${request.stream.name} was read from a later snapshot than the tables before it: the connection had to be made anew.`,
          )
        return result
      } finally {
        give(session)
      }
    },
    close: closeAll,
  }
}

async function readStream(
  session: Session,
  settings: MysqlSettings,
  request: ReadRequest,
  context: ReadContext,
  landing: Landing,
  horizon: Horizon,
): Promise<ReadResult> {
  const plan = await planStream(session, settings, request)
  if (request.mode === 'append' || request.mode === 'merge')
    return readIncremental({ session, plan, rule: request.cursor, horizon, context, landing })
  if (request.cursor?.backfill !== undefined)
    throw new AtlasError('source.cursor_invalid', `${plan.name} is read in full, so there is nothing to fill back.`)
  return readFull(session, plan, context, landing)
}
