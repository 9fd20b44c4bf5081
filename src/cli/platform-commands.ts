import { type Command, Option } from 'commander'
import { all, json } from './command-options.ts'

interface Commands {
  token(): Promise<typeof import('./commands/token.ts')>
  start(): Promise<typeof import('./commands/start.ts')>
  doctor(): Promise<typeof import('./commands/doctor.ts')>
}

/** Adds `atlas token …`, `atlas start` and `atlas doctor`. @param commands loads their bodies */
export function addPlatformCommands(program: Command, commands: Commands): void {
  addToken(program, commands)
  addStart(program, commands)
  addDoctor(program, commands)
}

function addToken(program: Command, commands: Commands): void {
  const token = program.command('token').description('API tokens')
  token
    .command('create')
    .description('Create an API token; it is printed once')
    .addOption(new Option('--role <role>', 'what it may do').choices(['admin', 'editor', 'viewer']).makeOptionMandatory())
    .option('--name <name>', 'what it is for', 'made on the command line')
    .option('--expires-in-days <days>', 'days until it ends (default: never)')
    .addOption(json())
    .action(async (options, command: Command) => (await commands.token()).createToken(all(command, options)))
}

function addStart(program: Command, commands: Commands): void {
  program
    .command('start')
    .description('Start the platform')
    .option('--port <port>', 'port to listen on', '4400')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .action(async (options, command: Command) => (await commands.start()).start(all(command, options)))
}

function addDoctor(program: Command, commands: Commands): void {
  program
    .command('doctor')
    .description('What is set up, what is wrong, and how to mend it')
    .option('--verify', 'prove that every committed file is there with its size and checksum')
    .addOption(json())
    .action(async (options, command: Command) => (await commands.doctor()).doctor(all(command, options)))
}
