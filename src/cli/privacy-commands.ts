import type { Command } from 'commander'
import { all, json } from './command-options.ts'

interface Commands {
  pii(): Promise<typeof import('./commands/pii.ts')>
  policy(): Promise<typeof import('./commands/policy.ts')>
}

/** Adds `atlas pii …` and `atlas policy …`. @param commands loads their bodies */
export function addPrivacyCommands(program: Command, commands: Commands): void {
  program
    .command('pii')
    .description('Personal data')
    .command('scan')
    .description('Find personal data in a file, a dataset or text on standard input')
    .argument(
      '<target>',
      'a file (CSV, TSV, Parquet, JSON by columns, others as text), a dataset such as explore.customers, or - for standard input',
    )
    .addOption(json())
    .action(async (target, options, command: Command) => (await commands.pii()).scan(target, all(command, options)))
  program
    .command('policy')
    .description('What happens to personal data')
    .command('test')
    .description('Show the first rows of a pipeline file before and after its policy; nothing is written')
    .argument('<pipeline>', 'a pipeline file')
    .option('--rows <rows>', 'rows of each stream, at most 50', '5')
    .addOption(json())
    .action(async (file, options, command: Command) => (await commands.policy()).testPolicy(file, all(command, options)))
}
