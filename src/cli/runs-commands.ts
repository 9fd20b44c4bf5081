import type { Command } from 'commander'
import { all, json } from './command-options.ts'

type Commands = () => Promise<typeof import('./commands/runs.ts')>

/** Adds `atlas runs …`. @param commands loads their bodies */
export function addRunsCommands(program: Command, commands: Commands): void {
  const runs = program.command('runs').description('Runs: what they did, what gave up, and what is to be done again')
  addLists(runs, commands)
  runs
    .command('show')
    .description('Show what happened to a run: its attempts, what it read and published, what it waits for')
    .argument('<id>', 'id of the run')
    .addOption(json())
    .action(async (id, options, command: Command) => (await commands()).showRun(id, all(command, options)))
  runs
    .command('retry')
    .description('Do runs again that ended without all of their work done; one that waits to be tried again begins at once')
    .argument('<id...>', 'ids of runs; atlas runs dead has those that gave up')
    .option('--wait', 'follow each to its end')
    .addOption(json())
    .action(async (ids, options, command: Command) => (await commands()).retryRuns(ids, all(command, options)))
  runs
    .command('settle')
    .description('Put runs that gave up aside: they are not to be done again')
    .argument('<id...>', 'ids of runs')
    .requiredOption('--reason <text>', 'why')
    .addOption(json())
    .action(async (ids, options, command: Command) => (await commands()).settleRuns(ids, all(command, options)))
  runs
    .command('cancel')
    .description('Cancel runs that wait or are going on')
    .argument('<id...>', 'ids of runs')
    .addOption(json())
    .action(async (ids, options, command: Command) => (await commands()).cancelRuns(ids, all(command, options)))
}

function addLists(runs: Command, commands: Commands): void {
  const filtered = (command: Command): Command =>
    command
      .option('--pipeline <name>', 'only those of a pipeline')
      .option('--trigger <triggers>', 'only those with one of these triggers, with commas between')
      .option('--search <text>', 'only those with the text as their id, in the name of their pipeline or in their error')
      .option('--from <time>', 'only those queued at this time or later')
      .option('--to <time>', 'only those queued before this time')
      .option('--limit <runs>', 'runs at most', '50')
      .addOption(json())
  filtered(runs.command('list').description('List runs, newest first'))
    .option('--state <states>', 'only those in one of these states, e.g. failed,blocked')
    .action(async (options, command: Command) => (await commands()).listRuns(all(command, options)))
  filtered(runs.command('dead').description('List runs that gave up and that nobody has done again or put aside')).action(
    async (options, command: Command) => (await commands()).listRuns(all(command, options), 'open'),
  )
}
