import { readdirSync } from 'node:fs'
import path from 'node:path'
import type { Benchmark } from './support/benchmark.ts'

/**
 * `npm run bench -- NAME [ARGS]`: runs `bench/NAME.ts`. The last line on stdout is `{ "bench": NAME, "metrics": { … } }`; everything else
 * goes to stderr.
 */
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -3))
  .filter((name) => name !== 'run')
const [name, ...args] = process.argv.slice(2)

if (name === undefined || !names.includes(name)) {
  process.stderr.write(`Give the name of a benchmark: ${names.join(', ')}\n`)
  process.exitCode = 1
} else {
  const { benchmark } = (await import(path.join(import.meta.dirname, `${name}.ts`))) as { benchmark: Benchmark }
  const metrics = await benchmark(args, (line) => process.stderr.write(`${line}\n`))
  process.stdout.write(`${JSON.stringify({ bench: name, metrics })}\n`)
}
