import type { Command } from 'commander'
import { all, json } from './command-options.ts'

interface Commands {
  connectors(): Promise<typeof import('./commands/connectors.ts')>
  source(): Promise<typeof import('./commands/source.ts')>
  edit(): Promise<typeof import('./commands/source-edit.ts')>
  secrets(): Promise<typeof import('./commands/secrets.ts')>
}

/** Adds `atlas connectors`, `atlas source …` and `atlas secrets …`. @param commands loads their bodies */
export function addSourceCommands(program: Command, commands: Commands): void {
  program
    .command('connectors')
    .description('List the kinds of source that can be read')
    .addOption(json())
    .action(async (options, command: Command) => (await commands.connectors()).connectors(all(command, options)))
  const source = program.command('source').description('Saved sources')
  addEditing(source, commands)
  addAsking(source, commands)
  addRunning(source, commands)
  program
    .command('secrets')
    .description('Secrets of sources')
    .command('rotate')
    .description('Seal every stored secret with a new key (with ATLAS_SECRET_KEY set: with that one)')
    .addOption(json())
    .action(async (options, command: Command) => (await commands.secrets()).rotateSecrets(all(command, options)))
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

function addEditing(source: Command, commands: Commands): void {
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
      (await commands.edit()).addSource(name, command.args.slice(1), all(command, options)),
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
      (await commands.edit()).changeSource(name, command.args.slice(1), all(command, options)),
    )
  source
    .command('delete')
    .description('Delete a saved source; its datasets stay')
    .argument('<name>', 'name of the source')
    .option('--yes', 'also when something depends on it')
    .addOption(json())
    .action(async (name, options, command: Command) => (await commands.source()).deleteSource(name, all(command, options)))
}

function addAsking(source: Command, commands: Commands): void {
  source
    .command('list')
    .description('List saved sources and how they are')
    .addOption(json())
    .action(async (options, command: Command) => (await commands.source()).listSources(all(command, options)))
  source
    .command('show')
    .description('A saved source: settings without secrets, state, streams and how far each is')
    .argument('<name>', 'name of the source')
    .addOption(json())
    .action(async (name, options, command: Command) => (await commands.source()).showSource(name, all(command, options)))
  source
    .command('test')
    .description('Test a saved source, part by part: name, connection, TLS, sign-in, permission, object')
    .argument('<name>', 'name of the source')
    .addOption(json())
    .action(async (name, options, command: Command) => (await commands.source()).testSource(name, all(command, options)))
  source
    .command('discover')
    .description('List the streams that a saved source has')
    .argument('<name>', 'name of the source')
    .addOption(json())
    .action(async (name, options, command: Command) => (await commands.source()).discoverSource(name, all(command, options)))
  source
    .command('preview')
    .description('First 50 rows of a stream, as in the source')
    .argument('<name>', 'name of the source')
    .argument('<stream>', 'name of the stream')
    .addOption(json())
    .action(async (name, stream, options, command: Command) => (await commands.source()).previewSource(name, stream, all(command, options)))
}

function addRunning(source: Command, commands: Commands): void {
  source
    .command('sync')
    .description('Read a saved source now')
    .argument('<name>', 'name of the source')
    .option('--stream <name...>', 'only these streams')
    .option('--full', 'forget how far the streams are, and read all again')
    .option('--backfill <from..to>', 'read cursor values from FROM up to, not including, TO; how far the streams are stays as it is')
    .addOption(json())
    .action(async (name, options, command: Command) => (await commands.source()).syncSource(name, all(command, options)))
  source
    .command('history')
    .description('Runs of a saved source, the newest first')
    .argument('<name>', 'name of the source')
    .addOption(json())
    .action(async (name, options, command: Command) => (await commands.source()).sourceHistory(name, all(command, options)))
}
