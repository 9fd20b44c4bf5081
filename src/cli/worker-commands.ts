import type { Command } from 'commander'
import { all, json } from './command-options.ts'

interface Commands {
  worker(): Promise<typeof import('./commands/worker.ts')>
  list(): Promise<typeof import('./commands/worker-list.ts')>
  pool(): Promise<typeof import('./commands/pool.ts')>
}

/** Adds `atlas worker …` and `atlas pool …`. @param commands loads their bodies */
export function addWorkerCommands(program: Command, commands: Commands): void {
  const worker = program
    .command('worker')
    .description(
      'Carry out runs of a platform that runs already, until it is stopped: beside atlas start in its home, or with its ATLAS_DATABASE_URL',
    )
    .option('--concurrency <runs>', 'runs at once (default: ATLAS_RUN_CONCURRENCY)')
    .option('--drain <time>', 'when it is stopped: how long runs may go on before they are handed over', '30s')
    .action(async (options, command: Command) => (await commands.worker()).worker(all(command, options)))
  worker
    .command('list')
    .description('List workers, what they work on, and when they gave their last sign of life')
    .addOption(json())
    .action(async (options, command: Command) => (await commands.list()).listWorkers(all(command, options)))
  addPoolCommands(program, commands)
}

function addPoolCommands(program: Command, commands: Commands): void {
  const pool = program.command('pool').description('Limits on how many runs go on at once')
  pool
    .command('list')
    .description('List pools and who holds their places')
    .addOption(json())
    .action(async (options, command: Command) => (await commands.pool()).listPools(all(command, options)))
  pool
    .command('set')
    .description('Make a pool, or give it another size')
    .argument('<name>', 'pools of a pipeline name it; that of a saved source is source:<name>')
    .argument('<size>', 'runs that hold a place at once')
    .option('--description <text>', 'what it is, for people')
    .addOption(json())
    .action(async (name, size, options, command: Command) => (await commands.pool()).setPool(name, size, all(command, options)))
  pool
    .command('delete')
    .description('Delete a pool: it limits nothing any more')
    .argument('<name>', 'name of the pool')
    .addOption(json())
    .action(async (name, options, command: Command) => (await commands.pool()).deletePool(name, all(command, options)))
}
