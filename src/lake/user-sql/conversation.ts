import type { ChildProcess } from 'node:child_process'
import { AtlasError } from '../../core/errors.ts'
import type { ChildMessage, ChildRequest, CopyOrder } from './protocol.ts'

export type FinalMessage = Extract<ChildMessage, { kind: 'read' | 'written' | 'failed' }>

/** How a child ended that did not finish its work. */
export interface ChildDeath {
  kind: 'died'
  exitCode: number | null
  signal: NodeJS.Signals | null
}

/**
 * Sends the request and listens until the child has finished or is gone. A child over its time, or whose caller has gone away, is
 * killed: a call inside the engine can run on for long after an interrupt.
 * @param onMessage gets columns and rows as they come; what it answers is sent to the child
 * @throws AtlasError `sql.time_limit`, `run.cancelled`; whatever `onMessage` throws
 */
export async function converse(
  child: ChildProcess,
  request: ChildRequest,
  limits: { timeoutMs: number; signal?: AbortSignal | undefined },
  onMessage: (message: ChildMessage) => Promise<CopyOrder | null> | CopyOrder | null,
): Promise<FinalMessage | ChildDeath> {
  const { promise, resolve, reject } = Promise.withResolvers<FinalMessage | ChildDeath>()
  const cancel = (): void => reject(new AtlasError('run.cancelled', 'The query was cancelled.', { cause: limits.signal?.reason }))
  const timer = setTimeout(
    () => reject(new AtlasError('sql.time_limit', `The query took longer than ${limits.timeoutMs} ms.`)),
    limits.timeoutMs,
  )
  limits.signal?.addEventListener('abort', cancel, { once: true })
  if (limits.signal?.aborted === true) cancel()
  child.on('message', (raw) => {
    const message = raw as ChildMessage
    if (message.kind === 'read' || message.kind === 'written' || message.kind === 'failed') resolve(message)
    else answer(child, message, onMessage).catch(reject)
  })
  child.once('error', reject)
  // `close` comes after the last message has been read, `exit` may come before it.
  child.once('close', (exitCode, signal) => resolve({ kind: 'died', exitCode, signal }))
  child.send(request, (error) => {
    if (error !== null && !child.killed) resolve({ kind: 'died', exitCode: child.exitCode, signal: child.signalCode })
  })
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    limits.signal?.removeEventListener('abort', cancel)
    await end(child)
  }
}

async function answer(
  child: ChildProcess,
  message: ChildMessage,
  onMessage: (message: ChildMessage) => Promise<CopyOrder | null> | CopyOrder | null,
): Promise<void> {
  const order = await onMessage(message)
  if (order !== null && child.connected) child.send(order)
}

/** Kills the child and waits until it is gone, so that its files can be removed. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGKILL')
  await gone
}
