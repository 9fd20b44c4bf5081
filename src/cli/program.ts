import { Command } from 'commander'
import { addAlertCommands } from './alert-commands.ts'
import { addCheckCommands } from './check-commands.ts'
import { addCodeCommands } from './code-commands.ts'
import { addDataCommands } from './data-commands.ts'
import { addOrchestrationCommands } from './orchestration-commands.ts'
import { addPlatformCommands } from './platform-commands.ts'
import { addPrivacyCommands } from './privacy-commands.ts'
import { addRunsCommands } from './runs-commands.ts'
import { addScheduleCommands } from './schedule-commands.ts'
import { addSourceCommands } from './source-commands.ts'
import { version } from './version.ts'
import { addWorkerCommands } from './worker-commands.ts'

/** The command line. */
export function createProgram(): Command {
  const program = new Command('atlas')
  program
    .description('From scattered sources to governed, AI-ready tables')
    .version(version)
    .option('--home <folder>', 'folder that holds everything (default: $ATLAS_HOME, else ./.atlas)')
    .configureOutput({ outputError: (text, write) => write(text) })
    .exitOverride((error) => {
      throw error
    })
    .showHelpAfterError('See atlas --help.')
  addCommands(program)
  return program
}

/** Each command's body is loaded when it runs, so that `atlas --help` is quick. */
function addCommands(program: Command): void {
  addDataCommands(program, {
    run: () => import('./commands/run.ts'),
    sql: () => import('./commands/sql.ts'),
    datasets: () => import('./commands/datasets.ts'),
    export: () => import('./commands/export.ts'),
  })
  addSourceCommands(program, {
    connectors: () => import('./commands/connectors.ts'),
    source: () => import('./commands/source.ts'),
    edit: () => import('./commands/source-edit.ts'),
    secrets: () => import('./commands/secrets.ts'),
  })
  addCheckCommands(program, {
    check: () => import('./commands/check.ts'),
    suggest: () => import('./commands/check-suggest.ts'),
    import: () => import('./commands/check-import.ts'),
    apply: () => import('./commands/check-apply.ts'),
  })
  addPrivacyCommands(program, { pii: () => import('./commands/pii.ts'), policy: () => import('./commands/policy.ts') })
  addCodeCommands(program, { plan: () => import('./commands/plan.ts'), apply: () => import('./commands/apply.ts') })
  addRunsCommands(program, () => import('./commands/runs.ts'))
  addScheduleCommands(program, () => import('./commands/schedule.ts'))
  addOrchestrationCommands(program, {
    freshness: () => import('./commands/freshness.ts'),
    trigger: () => import('./commands/trigger.ts'),
    backfill: () => import('./commands/backfill.ts'),
  })
  addAlertCommands(program, {
    alerts: () => import('./commands/alert.ts'),
    channels: () => import('./commands/alert-channel.ts'),
    rules: () => import('./commands/alert-rule.ts'),
  })
  addPlatformCommands(program, {
    token: () => import('./commands/token.ts'),
    start: () => import('./commands/start.ts'),
    doctor: () => import('./commands/doctor.ts'),
  })
  addWorkerCommands(program, {
    worker: () => import('./commands/worker.ts'),
    list: () => import('./commands/worker-list.ts'),
    pool: () => import('./commands/pool.ts'),
  })
}
