import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'

it.each(['scripts/generate-reference.ts', 'scripts/generate-examples.ts'])('what %s makes is what is checked in', (script) => {
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
})
