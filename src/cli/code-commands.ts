import { type Command, Option } from 'commander'
import { all, json } from './command-options.ts'

const takeOver = (): Option =>
  new Option('--take-over', 'what was made or changed in the browser and stands in a file belongs to the file from now on')
const project = (): Option =>
  new Option(
    '--project <name>',
    "what the files are of; nothing of another project is touched (default: the address of Git's origin, or the folder)",
  )
const prune = (): Option => new Option('--prune', 'what was applied from files that are gone is removed; datasets stay')

export interface CodeCommands {
  plan(): Promise<typeof import('./commands/plan.ts')>
  apply(): Promise<typeof import('./commands/apply.ts')>
}

/** Adds `atlas plan` and `atlas apply`: pipelines that stand in files. @param commands load their bodies */
export function addCodeCommands(program: Command, commands: CodeCommands): void {
  program
    .command('plan')
    .description('Show what applying pipelines/*.yaml and transforms/*.sql of a folder would change; nothing is stored')
    .argument('[folder]', 'the folder that holds pipelines/ and transforms/', '.')
    .addOption(project())
    .addOption(takeOver())
    .addOption(prune())
    .option('--detailed-exitcode', 'exit code 0 when there is nothing to do, 2 when there are changes')
    .addOption(json())
    .action(async (folder, options, command: Command) => (await commands.plan()).plan(folder, all(command, options)))
  program
    .command('apply')
    .description('Make pipelines, schedules and transforms what the files of a folder say; all of it or nothing')
    .argument('[folder]', 'the folder that holds pipelines/ and transforms/', '.')
    .option('--yes', 'apply without asking')
    .addOption(project())
    .addOption(takeOver())
    .addOption(prune())
    .addOption(json())
    .action(async (folder, options, command: Command) => (await commands.apply()).applyFolder(folder, all(command, options)))
}
