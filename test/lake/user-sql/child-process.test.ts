import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { addressSpaceKiB, closeWarmChild, takeChild, warmChild } from '../../../src/lake/user-sql/child-process.ts'

const memoryBytes = 256 * 2 ** 20
const moduleUrl = new URL('../../../src/lake/user-sql/child-process.ts', import.meta.url).href
afterAll(() => closeWarmChild())

/** Runs a script in a Node process of its own, which prints the pid of the child that it started. */
function startParent(script: string): { parent: ReturnType<typeof spawn>; pid: Promise<number> } {
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: fileURLToPath(new URL('.', import.meta.url)),
  })
  const pid = once(parent.stdout, 'data').then(([data]) => Number(String(data)))
  return { parent, pid }
}

/** There is no event for the end of a process that is not one's own child, so this asks until it is gone. */
async function untilGone(pid: number): Promise<true> {
  for (;;) {
    try {
      process.kill(pid, 0)
      if ((await readFile(`/proc/${pid}/stat`, 'utf8')).includes(') Z ')) return true
    } catch {
      return true
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('the process that runs user SQL', () => {
  test.runIf(process.platform === 'linux')('has nothing of this environment and a bounded address space', async () => {
    process.env.ATLAS_TEST_SECRET = 'do not inherit'
    const child = await takeChild(memoryBytes)
    const environment = await readFile(`/proc/${child.pid}/environ`, 'utf8')
    const limits = await readFile(`/proc/${child.pid}/limits`, 'utf8')
    child.kill('SIGKILL')
    delete process.env.ATLAS_TEST_SECRET
    const names = environment
      .split('\0')
      .filter(Boolean)
      .map((entry) => entry.split('=')[0])
    expect(
      names.filter((name) => !['MALLOC_ARENA_MAX', 'NODE_CHANNEL_FD', 'NODE_CHANNEL_SERIALIZATION_MODE', 'PWD'].includes(name ?? '')),
    ).toEqual([])
    expect(limits).toMatch(new RegExp(`Max address space\\s+${addressSpaceKiB(memoryBytes) * 1024}\\s`))
    expect(limits).toMatch(/Max core file size\s+0\s/)
  })

  test('waits warm for the next query of the same size', async () => {
    warmChild(memoryBytes)
    warmChild(memoryBytes)
    const first = await takeChild(memoryBytes)
    const second = await takeChild(memoryBytes)
    expect(second.pid).not.toBe(first.pid)
    first.kill('SIGKILL')
    second.kill('SIGKILL')
  })

  test('does not keep its parent alive while it waits', async () => {
    const { parent } = startParent(`import { warmChild } from ${JSON.stringify(moduleUrl)}; warmChild(${memoryBytes}); console.log(1)`)
    const [code] = await once(parent, 'exit')
    expect(code).toBe(0)
  })

  test('ends when its parent is killed', async () => {
    const { parent, pid } = startParent(
      `import { takeChild } from ${JSON.stringify(moduleUrl)}; const child = await takeChild(${memoryBytes}); console.log(child.pid); process.stdin.resume()`,
    )
    const childPid = await pid
    parent.kill('SIGKILL')
    await expect(untilGone(childPid)).resolves.toBe(true)
  })
})
