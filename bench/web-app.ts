import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import type { Benchmark } from './support/benchmark.ts'
import { quantile } from './support/quantile.ts'

const root = path.resolve(import.meta.dirname, '..')

/**
 * Seconds that `vite build` takes, median of `--runs` (default 5), beside a bare start of Vite in the same run (`vite --version`); and kilobytes
 * of JavaScript, gzipped, in all files together.
 */
export const benchmark: Benchmark = async (args, log) => {
  const runs = Number(args[args.indexOf('--runs') + 1] ?? 5) || 5
  const folder = await mkdtemp(path.join(tmpdir(), 'atlas-bench-web-'))
  try {
    const builds: number[] = []
    const bare: number[] = []
    for (let run = 1; run <= runs; run++) {
      bare.push(await seconds(['--version']))
      builds.push(await seconds(['build', '--outDir', folder, '--emptyOutDir', '--logLevel', 'warn']))
      log(`run ${run} of ${runs}: build ${builds.at(-1)?.toFixed(2)} s, bare Vite ${bare.at(-1)?.toFixed(2)} s`)
    }
    const assets = path.join(folder, 'assets')
    const scripts = (await readdir(assets)).filter((name) => name.endsWith('.js'))
    const sizes = await Promise.all(scripts.map(async (name) => gzipSync(await readFile(path.join(assets, name)), { level: 9 }).length))
    return {
      buildSeconds: round(quantile(builds, 0.5)),
      bareViteSeconds: round(quantile(bare, 0.5)),
      allJavaScriptKb: Math.ceil(sizes.reduce((sum, size) => sum + size, 0) / 1000),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function seconds(args: string[]): Promise<number> {
  const started = performance.now()
  const vite = path.join(root, 'node_modules/vite/bin/vite.js')
  await promisify(execFile)(process.execPath, [vite, ...args], { cwd: root, env: { ...process.env, NODE_ENV: 'production' } })
  return (performance.now() - started) / 1000
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
