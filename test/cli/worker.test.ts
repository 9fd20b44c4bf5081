import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { atlas, startAtlas } from '../support/atlas-command.ts'
import { temporaryFolder } from '../support/temporary-home.ts'

/** Starts a command that stays, and waits until its standard output holds the text. */
async function startAndHear(args: string[], home: string, text: string) {
  const command = startAtlas(args, { home })
  onTestFinished(() => void command.child.kill('SIGKILL'))
  await new Promise<void>((resolve, reject) => {
    let said = ''
    command.child.stdout!.on('data', (part: string) => {
      said += part
      if (said.includes(text)) resolve()
    })
    command.child.on('close', () => reject(new Error(`it ended: ${said}`)))
  })
  return command
}

it('atlas worker works beside atlas start in its home, without a word of configuration', { timeout: 120_000 }, async () => {
  const folder = await temporaryFolder()
  const home = path.join(folder, 'home')
  const server = await startAndHear(['start', '--port', '0'], home, 'is ready')
  const worker = await startAndHear(['worker', '--concurrency', '3'], home, 'works')
  const listed = await atlas(['worker', 'list', '--json'], { home })
  const { workers } = JSON.parse(listed.stdout) as { workers: { role: string; state: string; concurrency: number }[] }
  expect(workers.map(({ role, state }) => `${role} ${state}`).toSorted()).toEqual(['server active', 'worker active'])
  expect(workers.find(({ role }) => role === 'worker')).toMatchObject({ concurrency: 3 })

  expect((await atlas(['pool', 'set', 'source:crm', '3', '--description', 'The CRM allows three'], { home })).stdout).toBe(
    'source:crm: at most 3 at once.\n',
  )
  expect((await atlas(['pool', 'list'], { home })).stdout).toContain('0 of 3')
  expect((await atlas(['pool', 'set', 'source:crm', 'many'], { home })).code).not.toBe(0)

  const files = await Promise.all(
    [0, 1, 2, 3].map(async (index) => {
      const file = path.join(folder, `rows_${index}.csv`)
      await writeFile(file, 'id,amount\n1,2\n')
      return file
    }),
  )
  const ends = await Promise.all(files.map((file) => atlas(['run', file], { home })))
  expect(ends.map(({ code }) => code)).toEqual([0, 0, 0, 0])

  worker.child.kill('SIGTERM')
  expect((await worker.ended).code).toBe(0)
  server.child.kill('SIGTERM')
  expect((await server.ended).code).toBe(0)
  const alone = await atlas(['worker'], { home })
  expect(alone.code).not.toBe(0)
  expect(alone.stderr).toContain('worker.no_platform')
})
