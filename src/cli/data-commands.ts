import { type Command, Option } from 'commander'
import { all, json } from './command-options.ts'

interface Commands {
  run(): Promise<typeof import('./commands/run.ts')>
  sql(): Promise<typeof import('./commands/sql.ts')>
  datasets(): Promise<typeof import('./commands/datasets.ts')>
  export(): Promise<typeof import('./commands/export.ts')>
}

/** Adds `atlas run`, `atlas sql`, `atlas datasets` and `atlas export`. @param commands loads their bodies */
export function addDataCommands(program: Command, commands: Commands): void {
  addRun(program, commands)
  addSql(program, commands)
  addDatasets(program, commands)
}

function addRun(program: Command, commands: Commands): void {
  program
    .command('run')
    .description('Run the main job on a file, folder, glob, URL or pipeline.yaml')
    .argument('<source>', 'what to read, or a pipeline file ending in .yaml or .yml')
    .option('--dataset <name>', 'name of the dataset (default: the normalised file name)')
    .addOption(new Option('--mode <mode>', 'replace the dataset, or append what is new').choices(['replace', 'append']).default('replace'))
    .option('--key <column...>', 'columns in chart that identify a row; of rows with one key the last one stays')
    .addOption(json())
    .action(async (source, options, command: Command) => (await commands.run()).run(source, all(command, options)))
}

function addSql(program: Command, commands: Commands): void {
  program
    .command('sql')
    .description('Run one SELECT over datasets')
    .argument('<query>', 'e.g. "select country, count(*) n from navigate.customers group by all"')
    .option('--at <snapshot or time>', 'read at a snapshot (s_12) or an ISO 8601 time')
    .option('--limit <rows>', 'rows at most', '10000')
    .addOption(json())
    .action(async (query, options, command: Command) => (await commands.sql()).sql(query, all(command, options)))
}

function addDatasets(program: Command, commands: Commands): void {
  program
    .command('datasets')
    .description('List datasets')
    .addOption(json())
    .action(async (options, command: Command) => (await commands.datasets()).datasets(all(command, options)))
  program
    .command('export')
    .description('Write a dataset to a file')
    .argument('<dataset>', 'e.g. chart.customers')
    .addOption(new Option('--format <format>', 'form of the file').choices(['csv', 'json', 'parquet']).default('csv'))
    .option('-o, --output <file>', 'where to write (default: standard output)')
    .option('--at <snapshot or time>', 'export a snapshot (s_12) or what was published at an ISO 8601 time')
    .action(async (dataset, options, command: Command) => (await commands.export()).exportDataset(dataset, all(command, options)))
}
