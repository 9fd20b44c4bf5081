import { type Command, Option } from 'commander'
import { all, json } from './command-options.ts'

interface Commands {
  freshness: () => Promise<typeof import('./commands/freshness.ts')>
  trigger: () => Promise<typeof import('./commands/trigger.ts')>
  backfill: () => Promise<typeof import('./commands/backfill.ts')>
}

/** Adds `atlas freshness …`, `atlas trigger …` and `atlas backfill …`: what lets runs begin beside schedules. @param commands loads their bodies */
export function addOrchestrationCommands(program: Command, commands: Commands): void {
  addFreshness(program.command('freshness').description('How old datasets may become'), commands.freshness)
  addTriggers(program.command('trigger').description('Events that let pipelines run'), commands.trigger)
  addBackfills(program.command('backfill').description('Runs for a range of times that have passed'), commands.backfill)
}

function addFreshness(freshness: Command, commands: Commands['freshness']): void {
  freshness
    .command('list')
    .description('List targets and how they stand')
    .addOption(json())
    .action(async (options, command: Command) => (await commands()).listFreshness(all(command, options)))
  freshness
    .command('set')
    .description('Keep a dataset no older than a time: what it is made from is read again when needed')
    .argument('<dataset>', 'e.g. navigate.revenue')
    .argument('<within>', 'e.g. 30min, 2h or 1d')
    .addOption(json())
    .action(async (dataset, within, options, command: Command) => (await commands()).setFreshness(dataset, within, all(command, options)))
  freshness
    .command('delete')
    .description('Take a target away')
    .argument('<dataset>', 'e.g. navigate.revenue')
    .addOption(json())
    .action(async (dataset, options, command: Command) => (await commands()).deleteFreshness(dataset, all(command, options)))
}

function addTriggers(trigger: Command, commands: Commands['trigger']): void {
  trigger
    .command('list')
    .description('List event triggers')
    .option('--pipeline <name>', 'only those of a pipeline')
    .addOption(json())
    .action(async (options, command: Command) => (await commands()).listTriggers(all(command, options)))
  trigger
    .command('add')
    .description('Let a pipeline, or a saved source, run at an event')
    .argument('<pipeline>', 'name of the pipeline or saved source')
    .option('--dataset <name>', 'each time that the dataset is published')
    .option('--file <path>', 'when a file arrived in the folder, or one that the glob names, on the server')
    .option('--http', 'when a signed call comes to POST /triggers/:triggerId/fire')
    .option('--stable <seconds>', 'a file has arrived once it has not changed for so long', '10')
    .addOption(
      new Option('--overlap <what>', 'when a run of the pipeline is going on').choices(['queue', 'skip', 'cancel_older']).default('queue'),
    )
    .addOption(json())
    .action(async (pipeline, options, command: Command) => (await commands()).addTrigger(pipeline, all(command, options)))
  for (const [name, description] of [
    ['pause', 'Let a trigger do nothing until it is resumed'],
    ['resume', 'Let a paused trigger work again; what happened meanwhile is not made up for'],
    ['delete', 'Delete a trigger; its runs stay'],
    ['fire', 'Set a trigger off by hand'],
    ['secret', 'Give a trigger of signed calls a new secret'],
  ] as const)
    trigger
      .command(name)
      .description(description)
      .argument('<id>', 'id of the trigger; atlas trigger list has them')
      .addOption(json())
      .action(async (id, options, command: Command) => (await commands()).actOnTrigger(name, id, all(command, options)))
}

function addBackfills(backfill: Command, commands: Commands['backfill']): void {
  for (const [name, description] of [
    ['plan', 'Show which partitions of a range are there, and which would run; nothing is stored'],
    ['start', 'Run what is missing of a range'],
  ] as const)
    backfill
      .command(name)
      .description(description)
      .argument('<pipeline>', 'name of the pipeline or saved source')
      .requiredOption('--from <time>', 'the first logical time, e.g. 2026-01-01 or 2026-01-01T06:00:00Z')
      .requiredOption('--to <time>', 'logical times from this one on are left out')
      .option('--every <when>', "an interval such as 1d, or a cron (default: the pipeline's schedule)")
      .option('--zone <zone>', 'time zone of the cron', 'UTC')
      .option('--at-once <n>', 'partitions that are queued or going on', '1')
      .option('--redo', 'run what is present again')
      .addOption(json())
      .action(async (pipeline, options, command: Command) => (await commands()).backfill(name, pipeline, all(command, options)))
  backfill
    .command('list')
    .description('List backfills and how far they are')
    .option('--pipeline <name>', 'only those of a pipeline')
    .addOption(json())
    .action(async (options, command: Command) => (await commands()).listBackfills(all(command, options)))
  backfill
    .command('cancel')
    .description('Cancel a backfill; what succeeded stays')
    .argument('<id>', 'id of the backfill; atlas backfill list has them')
    .addOption(json())
    .action(async (id, options, command: Command) => (await commands()).cancelBackfill(id, all(command, options)))
}
