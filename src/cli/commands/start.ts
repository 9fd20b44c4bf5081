import { randomBytes } from 'node:crypto'
import pino from 'pino'
import { AtlasError } from '../../core/errors.ts'
import { openPlatform } from '../../server/open-platform.ts'
import { readSettings } from '../../server/settings.ts'
import { homeOf, type GlobalOptions } from '../connect.ts'
import { version } from '../version.ts'

export interface StartOptions extends GlobalOptions {
  port: string
  host: string
}

/** `atlas start`: the platform, until SIGINT or SIGTERM. */
export async function start(options: StartOptions): Promise<void> {
  const port = Number(options.port)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new AtlasError('cli.usage', `--port is "${options.port}"; it must be a number from 0 to 65535.`)
  const settings = readSettings(process.env)
  const log = pino({ level: process.env['ATLAS_LOG_LEVEL'] ?? 'warn' }, pino.destination({ dest: 2, sync: true }))
  const onError = (error: unknown, where: string): void => log.error({ err: error, where }, 'something failed')
  const home = homeOf(options)
  const opening = openPlatform({ home, settings, version, command: 'atlas start', firesSchedules: true, onError })
  let stop = async (): Promise<void> => (await opening).platform.close()
  stopOnSignal(() => stop(), log)
  const [open, { listen }, { signInLink }] = await Promise.all([
    opening,
    import('../../server/app.ts'),
    import('../../server/sign-in-link.ts'),
  ])
  const { platform, ownership } = open
  const cliToken = randomBytes(32).toString('base64url')
  const server = await listen(platform, { host: options.host, port, cliToken, allowedHosts: settings.hosts, logger: log }).catch(
    async (error: unknown) => {
      await platform.close()
      throw error
    },
  )
  stop = async () => {
    await server.close()
    await platform.close()
  }
  open.store.onLost(() => {
    process.stderr.write(
      `atlas: The embedded Postgres has ended by itself, so Atlas stops.\n  See ${open.home.postgresLog}, then start Atlas again. [store.unreachable]\n`,
    )
    process.exit(1)
  })
  await ownership.update({ url: server.url, cliToken })
  const link = await signInLink(platform)
  process.stdout.write(
    `Atlas ${version} is ready on ${server.url}\n  Home      ${open.home.root}\n  Database  ${open.store.kind === 'embedded' ? 'embedded Postgres' : 'yours'}\n`,
  )
  process.stdout.write(`  Sign in   ${server.url}${link}\n            (once, within 15 minutes)\n`)
}

/** The first signal stops in order; a second one at once. */
function stopOnSignal(stop: () => Promise<void>, log: pino.Logger): void {
  let stopping = false
  const handle = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1)
    stopping = true
    process.stdout.write(`${signal}: stopping\n`)
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed')
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', handle)
  process.on('SIGTERM', handle)
}
