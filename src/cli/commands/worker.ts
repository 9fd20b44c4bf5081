import pino from 'pino'
import { AtlasError } from '../../core/errors.ts'
import { durationMs } from '../../core/duration-ms.ts'
import { type OpenWorker, openWorker } from '../../server/open-worker.ts'
import { readSettings } from '../../server/settings.ts'
import { homeOf, type GlobalOptions } from '../connect.ts'
import { version } from '../version.ts'

export interface WorkerCommandOptions extends GlobalOptions {
  concurrency?: string
  drain: string
}

/** `atlas worker`: carries out runs of a platform until SIGINT or SIGTERM, then ends what it can within `--drain` and hands over the rest. */
export async function worker(options: WorkerCommandOptions): Promise<void> {
  const settings = readSettings(process.env)
  const concurrency = options.concurrency === undefined ? settings.runConcurrency : Number(options.concurrency)
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 1000)
    throw new AtlasError('cli.usage', `--concurrency is "${options.concurrency}"; it must be a whole number from 1 to 1000.`)
  const drainMs = durationMs(options.drain)
  const log = pino({ level: process.env['ATLAS_LOG_LEVEL'] ?? 'warn' }, pino.destination({ dest: 2, sync: true }))
  const onError = (error: unknown, where: string): void => log.error({ err: error, where }, 'something failed')
  const opening = openWorker({
    home: homeOf(options),
    settings,
    version,
    concurrency,
    onError,
    onRefused: (error) => {
      process.stderr.write(`atlas: ${error.message}\n  ${error.next ?? ''} [${error.code}]\n`)
      process.exitCode = 1
      void opening.then((open) => open.stop(drainMs)).then(() => process.exit(1))
    },
  })
  const open = await opening
  stopOnSignal(open, drainMs)
  const database = open.store.kind === 'embedded' ? 'embedded Postgres of that home' : 'yours'
  process.stdout.write(`Atlas ${version} works, ${concurrency} runs at once\n  Home      ${open.home.root}\n  Database  ${database}\n`)
}

/** The first signal drains; a second one leaves at once, and what it was at is begun again elsewhere. */
function stopOnSignal(open: OpenWorker, drainMs: number): void {
  let stopping = false
  const handle = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1)
    stopping = true
    process.stdout.write(`${signal}: draining\n`)
    open.stop(drainMs).then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.on('SIGINT', handle)
  process.on('SIGTERM', handle)
}
