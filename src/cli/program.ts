import { Command, Option } from 'commander'
import { addSourceCommands } from './source-commands.ts'
import { version } from './version.ts'

/** The command line. Each command's body is loaded when it runs, so that `atlas --help` is quick. */
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
  addRun(program)
  addSourceCommands(program)
  addSql(program)
  addDatasets(program)
  addToken(program)
  addStart(program)
  addDoctor(program)
  return program
}

const json = (): Option => new Option('--json', 'machine-readable output on stdout, nothing else')

function addRun(program: Command): void {
  program
    .command('run')
    .description('Run the main job on a file, folder, glob, URL or pipeline.yaml')
    .argument('<source>', 'what to read, or a pipeline file ending in .yaml or .yml')
    .option('--dataset <name>', 'name of the dataset (default: the normalised file name)')
    .addOption(new Option('--mode <mode>', 'replace the dataset, or append what is new').choices(['replace', 'append']).default('replace'))
    .option('--key <column...>', 'columns in chart that identify a row; of rows with one key the last one stays')
    .addOption(json())
    .action(async (source, options, command: Command) =>
      (await import('./commands/run.ts')).run(source, { ...command.optsWithGlobals(), ...options }),
    )
}

function addSql(program: Command): void {
  program
    .command('sql')
    .description('Run one SELECT over datasets')
    .argument('<query>', 'e.g. "select country, count(*) n from navigate.customers group by all"')
    .option('--at <snapshot or time>', 'read at a snapshot (s_12) or an ISO 8601 time')
    .option('--limit <rows>', 'rows at most', '10000')
    .addOption(json())
    .action(async (query, options, command: Command) =>
      (await import('./commands/sql.ts')).sql(query, { ...command.optsWithGlobals(), ...options }),
    )
}

function addDatasets(program: Command): void {
  program
    .command('datasets')
    .description('List datasets')
    .addOption(json())
    .action(async (options, command: Command) =>
      (await import('./commands/datasets.ts')).datasets({ ...command.optsWithGlobals(), ...options }),
    )
  program
    .command('export')
    .description('Write a dataset to a file')
    .argument('<dataset>', 'e.g. chart.customers')
    .addOption(new Option('--format <format>', 'form of the file').choices(['csv', 'json', 'parquet']).default('csv'))
    .option('-o, --output <file>', 'where to write (default: standard output)')
    .option('--at <snapshot or time>', 'export a snapshot (s_12) or what was published at an ISO 8601 time')
    .action(async (dataset, options, command: Command) =>
      (await import('./commands/export.ts')).exportDataset(dataset, { ...command.optsWithGlobals(), ...options }),
    )
}

function addToken(program: Command): void {
  const token = program.command('token').description('API tokens')
  token
    .command('create')
    .description('Create an API token; it is printed once')
    .addOption(new Option('--role <role>', 'what it may do').choices(['admin', 'editor', 'viewer']).makeOptionMandatory())
    .option('--name <name>', 'what it is for', 'made on the command line')
    .option('--expires-in-days <days>', 'days until it ends (default: never)')
    .addOption(json())
    .action(async (options, command: Command) =>
      (await import('./commands/token.ts')).createToken({ ...command.optsWithGlobals(), ...options }),
    )
}

function addStart(program: Command): void {
  program
    .command('start')
    .description('Start the platform')
    .option('--port <port>', 'port to listen on', '4400')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .action(async (options, command: Command) => (await import('./commands/start.ts')).start({ ...command.optsWithGlobals(), ...options }))
}

function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('What is set up, what is wrong, and how to mend it')
    .option('--verify', 'prove that every committed file is there with its size and checksum')
    .addOption(json())
    .action(async (options, command: Command) =>
      (await import('./commands/doctor.ts')).doctor({ ...command.optsWithGlobals(), ...options }),
    )
}
