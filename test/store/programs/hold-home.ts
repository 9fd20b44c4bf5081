import { openHome } from '../../../src/store/home.ts'
import { acquireHome } from '../../../src/store/owner-lock.ts'

/** Takes the home named first, tells so, and holds it until it is killed. On a refusal it prints the error. */
const [folder = '', url = ''] = process.argv.slice(2)
const home = await openHome(folder)
const startedMs = performance.now()
try {
  const ownership = await acquireHome(home, { command: 'atlas start --test', now: () => new Date('2026-02-03T04:05:06Z') })
  if (url) await ownership.update({ url, cliToken: 'secret' })
  process.stdout.write('held\n')
  setInterval(() => undefined, 1000)
} catch (error) {
  const { code, message } = error as Error & { code: string }
  process.stdout.write(`${JSON.stringify({ code, message, tookMs: performance.now() - startedMs })}\n`)
}
