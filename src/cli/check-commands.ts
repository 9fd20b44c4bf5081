import { type Command, Option } from 'commander'
import { all, json } from './command-options.ts'

interface Commands {
  check(): Promise<typeof import('./commands/check.ts')>
  suggest(): Promise<typeof import('./commands/check-suggest.ts')>
  import(): Promise<typeof import('./commands/check-import.ts')>
  apply(): Promise<typeof import('./commands/check-apply.ts')>
}

/** Adds `atlas check …`. @param commands loads their bodies */
export function addCheckCommands(program: Command, commands: Commands): void {
  const check = program
    .command('check')
    .description('Measure the rules of a dataset, or of a contract file, on what is published')
    .argument('[target]', 'a dataset such as chart.orders, or a contract file ending in .yaml or .yml')
    .addOption(json())
    .action(async (target, options, command: Command) => (await commands.check()).check(target, all(command, options)))
  check
    .command('suggest')
    .description('Print a contract that the data of a dataset suggests')
    .argument('<dataset>', 'e.g. chart.orders')
    .addOption(json())
    .action(async (dataset, options, command: Command) => (await commands.suggest()).suggest(dataset, all(command, options)))
  check
    .command('import')
    .description('Turn a Soda contract, a dbt schema.yml or a Great Expectations suite into contracts; nothing is applied')
    .argument('<file>', 'the file')
    .addOption(new Option('--from <tool>', 'where it comes from (default: found by its content)').choices(['soda', 'dbt', 'gx']))
    .option('--dataset <name>', 'dataset that it is about, e.g. chart.orders (default: as the file names it)')
    .addOption(new Option('--layer <layer>', 'layer of the tables it names').choices(['explore', 'chart', 'navigate']).default('chart'))
    .option('-o, --output <folder>', 'write a file for each dataset there (default: standard output)')
    .addOption(json())
    .action(async (file, options, command: Command) => (await commands.import()).importFile(file, all(command, options)))
  check
    .command('apply')
    .description('Make the rules of contract files those of their datasets; all files or none')
    .argument('<path>', 'a contract file, or a folder of them')
    .option('--dry-run', 'only say what would change')
    .option('--take-over', 'rules that were made in the browser and stand in a file belong to the file from now on')
    .option('--moved', 'contracts that were applied from another file stand in this one from now on')
    .option('--reason <text>', 'why, for the history', '')
    .addOption(json())
    .action(async (path, options, command: Command) => (await commands.apply()).apply(path, all(command, options)))
}
