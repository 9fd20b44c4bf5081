import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { DbtProject } from './dbt-project.ts'

/** What `dbt test` took: as its user waits for it, and the sum of what its tests took, without start and parsing. Seconds. */
export interface DbtRun {
  process: number
  tests: number
}

interface RunResults {
  results: { unique_id: string; status: string; timing: { name: string; started_at: string; completed_at: string }[] }[]
}

/** Makes the table of a project that has one, and parses the project, which dbt does only once for a project that stays as it is. */
export function prepareDbt(dbt: string, { folder, storage }: DbtProject): void {
  run(dbt, folder, [storage === 'table' ? 'run' : 'parse'])
}

/** @param threads tests that dbt runs side by side */
export function testWithDbt(dbt: string, { folder }: DbtProject, threads: 1 | 2): DbtRun {
  const started = performance.now()
  run(dbt, folder, ['test', '--target', `threads${threads}`])
  const seconds = (performance.now() - started) / 1000
  const { results } = JSON.parse(readFileSync(path.join(folder, 'target/run_results.json'), 'utf8')) as RunResults
  const broken = results.filter(({ status }) => status === 'error' || status === 'skipped')
  if (broken.length > 0) throw new Error(`dbt could not run ${broken.map(({ unique_id }) => unique_id).join(', ')}`)
  const executed = results.flatMap(({ timing }) => timing.filter(({ name }) => name === 'execute'))
  const tests = executed.reduce((sum, { started_at: from, completed_at: to }) => sum + (Date.parse(to) - Date.parse(from)) / 1000, 0)
  return { process: seconds, tests }
}

/** dbt ends with 1 where a test failed, as some of these do, and with 2 where it could not run. */
function run(dbt: string, folder: string, command: string[]): void {
  const ended = spawnSync(dbt, [...command, '--quiet', '--project-dir', folder, '--profiles-dir', folder], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, DBT_SEND_ANONYMOUS_USAGE_STATS: 'false' },
  })
  if (ended.status !== 0 && ended.status !== 1) throw new Error(`${dbt} ${command.join(' ')}: ${ended.error?.message ?? ended.stdout}`)
}
