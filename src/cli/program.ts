import { Command, Option } from 'commander'
import { addAlertCommands } from './alert-commands.ts'
import { addCodeCommands } from './code-commands.ts'
import { addOrchestrationCommands } from './orchestration-commands.ts'
import { addRunsCommands } from './runs-commands.ts'
import { addScheduleCommands } from './schedule-commands.ts'
import { version } from './version.ts'
import { addWorkerCommands } from './worker-commands.ts'

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
  addRunsCommands(program, () => import('./commands/runs.ts'))
  addCodeCommands(program, { plan: () => import('./commands/plan.ts'), apply: () => import('./commands/apply.ts') })
  addSourceCommands(program)
  addOrchestrationCommands(program, {
    freshness: () => import('./commands/freshness.ts'),
    trigger: () => import('./commands/trigger.ts'),
    backfill: () => import('./commands/backfill.ts'),
  })
  addScheduleCommands(program, () => import('./commands/schedule.ts'))
  addAlertCommands(program, {
    alerts: () => import('./commands/alert.ts'),
    channels: () => import('./commands/alert-channel.ts'),
    rules: () => import('./commands/alert-rule.ts'),
  })
  addSql(program)
  addDatasets(program)
  addCheck(program)
  addPrivacy(program)
  addToken(program)
  addStart(program)
  addWorkerCommands(program, {
    worker: () => import('./commands/worker.ts'),
    list: () => import('./commands/worker-list.ts'),
    pool: () => import('./commands/pool.ts'),
  })
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

function addPrivacy(program: Command): void {
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
    .action(async (target, options, command: Command) => (await import('./commands/pii.ts')).scan(target, all(command, options)))
  program
    .command('policy')
    .description('What happens to personal data')
    .command('test')
    .description('Show the first rows of a pipeline file before and after its policy; nothing is written')
    .argument('<pipeline>', 'a pipeline file')
    .option('--rows <rows>', 'rows of each stream, at most 50', '5')
    .addOption(json())
    .action(async (file, options, command: Command) => (await import('./commands/policy.ts')).testPolicy(file, all(command, options)))
}

/** `atlas check …`. */
function addCheck(program: Command): void {
  const check = program
    .command('check')
    .description('Measure the rules of a dataset, or of a contract file, on what is published')
    .argument('[target]', 'a dataset such as chart.orders, or a contract file ending in .yaml or .yml')
    .addOption(json())
    .action(async (target, options, command: Command) => (await import('./commands/check.ts')).check(target, all(command, options)))
  check
    .command('suggest')
    .description('Print a contract that the data of a dataset suggests')
    .argument('<dataset>', 'e.g. chart.orders')
    .addOption(json())
    .action(async (dataset, options, command: Command) =>
      (await import('./commands/check-suggest.ts')).suggest(dataset, all(command, options)),
    )
  check
    .command('import')
    .description('Turn a Soda contract, a dbt schema.yml or a Great Expectations suite into contracts; nothing is applied')
    .argument('<file>', 'the file')
    .addOption(new Option('--from <tool>', 'where it comes from (default: found by its content)').choices(['soda', 'dbt', 'gx']))
    .option('--dataset <name>', 'dataset that it is about, e.g. chart.orders (default: as the file names it)')
    .addOption(new Option('--layer <layer>', 'layer of the tables it names').choices(['explore', 'chart', 'navigate']).default('chart'))
    .option('-o, --output <folder>', 'write a file for each dataset there (default: standard output)')
    .addOption(json())
    .action(async (file, options, command: Command) => (await import('./commands/check-import.ts')).importFile(file, all(command, options)))
  check
    .command('apply')
    .description('Make the rules of contract files those of their datasets; all files or none')
    .argument('<path>', 'a contract file, or a folder of them')
    .option('--dry-run', 'only say what would change')
    .option('--take-over', 'rules that were made in the browser and stand in a file belong to the file from now on')
    .option('--moved', 'contracts that were applied from another file stand in this one from now on')
    .option('--reason <text>', 'why, for the history', '')
    .addOption(json())
    .action(async (path, options, command: Command) => (await import('./commands/check-apply.ts')).apply(path, all(command, options)))
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

const given = (command: Command): Command =>
  command
    .option('--set <name=value...>', 'a setting by its name, e.g. auth.type=bearer; a value may be "${env:NAME}" or "${file:PATH}"')
    .option('--from <file>', 'a YAML file with the settings and streams: a source alone, or a pipeline')
    .option('--description <text>', 'what it is, for people')
    .option('--stream <name...>', 'streams to read (default: all)')
    .addOption(json())
    .allowUnknownOption()
    .allowExcessArguments()

/** `atlas connectors`, `atlas source …` and `atlas secrets …`. */
function addSourceCommands(program: Command): void {
  program
    .command('connectors')
    .description('List the kinds of source that can be read')
    .addOption(json())
    .action(async (options, command: Command) => (await import('./commands/connectors.ts')).connectors(all(command, options)))
  const source = program.command('source').description('Saved sources')
  addEditing(source)
  addAsking(source)
  addRunning(source)
  program
    .command('secrets')
    .description('Secrets of sources')
    .command('rotate')
    .description('Seal every stored secret with a new key (with ATLAS_SECRET_KEY set: with that one)')
    .addOption(json())
    .action(async (options, command: Command) => (await import('./commands/secrets.ts')).rotateSecrets(all(command, options)))
}

function addEditing(source: Command): void {
  given(
    source
      .command('add')
      .description(
        'Save a source, once it was tested. Each setting of its kind is an option too, e.g. --host; --password - reads a secret from standard input, --password-stdin as well',
      )
      .argument('<name>', 'name of the source, and of its runs'),
  )
    .option('--connector <id>', 'kind of source; atlas connectors lists them')
    .option('--no-test', 'save it without a test')
    .action(async (name, options, command: Command) =>
      (await import('./commands/source-edit.ts')).addSource(name, command.args.slice(1), all(command, options)),
    )
  given(
    source
      .command('change')
      .description('Change a saved source: what is named; all else stays, secrets too. Settings as options, as with add')
      .argument('<name>', 'name of the source'),
  )
    .option('--pause', 'read it no more until it is resumed')
    .option('--resume', 'read it again')
    .action(async (name, options, command: Command) =>
      (await import('./commands/source-edit.ts')).changeSource(name, command.args.slice(1), all(command, options)),
    )
  source
    .command('delete')
    .description('Delete a saved source; its datasets stay')
    .argument('<name>', 'name of the source')
    .option('--yes', 'also when something depends on it')
    .addOption(json())
    .action(async (name, options, command: Command) => (await import('./commands/source.ts')).deleteSource(name, all(command, options)))
}

function addAsking(source: Command): void {
  source
    .command('list')
    .description('List saved sources and how they are')
    .addOption(json())
    .action(async (options, command: Command) => (await import('./commands/source.ts')).listSources(all(command, options)))
  source
    .command('show')
    .description('A saved source: settings without secrets, state, streams and how far each is')
    .argument('<name>', 'name of the source')
    .addOption(json())
    .action(async (name, options, command: Command) => (await import('./commands/source.ts')).showSource(name, all(command, options)))
  source
    .command('test')
    .description('Test a saved source, part by part: name, connection, TLS, sign-in, permission, object')
    .argument('<name>', 'name of the source')
    .addOption(json())
    .action(async (name, options, command: Command) => (await import('./commands/source.ts')).testSource(name, all(command, options)))
  source
    .command('discover')
    .description('List the streams that a saved source has')
    .argument('<name>', 'name of the source')
    .addOption(json())
    .action(async (name, options, command: Command) => (await import('./commands/source.ts')).discoverSource(name, all(command, options)))
  source
    .command('preview')
    .description('First 50 rows of a stream, as in the source')
    .argument('<name>', 'name of the source')
    .argument('<stream>', 'name of the stream')
    .addOption(json())
    .action(async (name, stream, options, command: Command) =>
      (await import('./commands/source.ts')).previewSource(name, stream, all(command, options)),
    )
}

function addRunning(source: Command): void {
  source
    .command('sync')
    .description('Read a saved source now')
    .argument('<name>', 'name of the source')
    .option('--stream <name...>', 'only these streams')
    .option('--full', 'forget how far the streams are, and read all again')
    .option('--backfill <from..to>', 'read cursor values from FROM up to, not including, TO; how far the streams are stays as it is')
    .addOption(json())
    .action(async (name, options, command: Command) => (await import('./commands/source.ts')).syncSource(name, all(command, options)))
  source
    .command('history')
    .description('Runs of a saved source, the newest first')
    .argument('<name>', 'name of the source')
    .addOption(json())
    .action(async (name, options, command: Command) => (await import('./commands/source.ts')).sourceHistory(name, all(command, options)))
}

function all<T extends object>(command: Command, options: T): T & { home?: string } {
  return { ...command.optsWithGlobals(), ...options }
}
