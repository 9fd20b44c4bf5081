import { type Command, Option } from 'commander'
import { all, json } from './command-options.ts'

type Commands = () => Promise<typeof import('./commands/schedule.ts')>

/** Adds `atlas schedule …`. @param commands loads their bodies */
export function addScheduleCommands(program: Command, commands: Commands): void {
  const schedule = program.command('schedule').description('When pipelines run by themselves')
  schedule
    .command('list')
    .description('List schedules and when they fire next')
    .option('--pipeline <name>', 'only those of a pipeline')
    .addOption(json())
    .action(async (options, command: Command) => (await commands()).listSchedules(all(command, options)))
  addScheduleForm(schedule, commands)
  schedule
    .command('run')
    .description('Run now what a schedule runs; its own times stay as they are')
    .argument('<id>', 'id of the schedule; atlas schedule list has them')
    .addOption(json())
    .action(async (id, options, command: Command) => (await commands()).runSchedule(id, all(command, options)))
  for (const [name, description] of [
    ['pause', 'Let a schedule fire no more until it is resumed'],
    ['resume', 'Let a paused schedule fire again; times that passed are not made up for'],
    ['delete', 'Delete a schedule; its runs stay'],
  ] as const)
    schedule
      .command(name)
      .description(description)
      .argument('<id>', 'id of the schedule; atlas schedule list has them')
      .addOption(json())
      .action(async (id, options, command: Command) => (await commands()).actOnSchedule(name, id, all(command, options)))
}

function addScheduleForm(schedule: Command, commands: Commands): void {
  const when = 'a cron such as "30 6 * * mon-fri", @hourly and the like, or an interval such as 15min'
  const zone = () => new Option('--zone <zone>', 'time zone of the cron, e.g. Europe/Copenhagen').default('UTC')
  schedule
    .command('add')
    .description('Let a pipeline, or a saved source, run by itself')
    .argument('<pipeline>', 'name of the pipeline or saved source')
    .argument('<when>', when)
    .addOption(zone())
    .addOption(
      new Option('--missed <what>', 'what becomes of times while Atlas was not running').choices(['skip', 'once', 'all']).default('once'),
    )
    .addOption(
      new Option('--overlap <what>', 'when a run of the pipeline is going on').choices(['skip', 'queue', 'cancel_older']).default('skip'),
    )
    .option('--spread <seconds>', 'start up to so much later, so that schedules of one time do not start at once', '0')
    .addOption(json())
    .action(async (pipeline, time, options, command: Command) => (await commands()).addSchedule(pipeline, time, all(command, options)))
  schedule
    .command('next')
    .description('Show the next ten times of a cron or interval; nothing is stored')
    .argument('<when>', when)
    .addOption(zone())
    .addOption(json())
    .action(async (time, options, command: Command) => (await commands()).nextTimes(time, all(command, options)))
}
