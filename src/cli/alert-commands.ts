import { type Command, Option } from 'commander'
import { all, json } from './command-options.ts'

interface Commands {
  alerts(): Promise<typeof import('./commands/alert.ts')>
  channels(): Promise<typeof import('./commands/alert-channel.ts')>
  rules(): Promise<typeof import('./commands/alert-rule.ts')>
}

/** Adds `atlas alert …`. @param commands loads their bodies */
export function addAlertCommands(program: Command, { alerts, channels, rules }: Commands): void {
  const alert = program.command('alert').description('What went wrong, who is told of it, and how')
  alert
    .command('list')
    .description('List open alerts, the worst first')
    .option('--history', 'those that are over, the newest first')
    .addOption(new Option('--severity <severity>', 'only those').choices(['info', 'warning', 'critical']))
    .addOption(json())
    .action(async (options, command: Command) => (await alerts()).listAlerts(all(command, options)))
  alert
    .command('show')
    .description('Show an alert with its history and messages')
    .argument('<id>', 'id of the alert; atlas alert list has them')
    .addOption(json())
    .action(async (id, options, command: Command) => (await alerts()).showAlert(id, all(command, options)))
  addActs(alert, alerts)
  alert
    .command('test')
    .description('Send a test message to a channel and say what came back')
    .argument('<channel>', 'name of the channel')
    .addOption(json())
    .action(async (name, options, command: Command) => (await channels()).testChannel(name, all(command, options)))
  addChannels(alert, channels)
  addRules(alert, rules)
}

function addActs(alert: Command, alerts: Commands['alerts']): void {
  alert
    .command('ack')
    .description('Take an alert: further occurrences are counted and no longer sent')
    .argument('<id>', 'id of the alert')
    .addOption(json())
    .action(async (id, options, command: Command) => (await alerts()).takeAlert(id, all(command, options)))
  alert
    .command('snooze')
    .description('Be silent about an alert for some time')
    .argument('<id>', 'id of the alert')
    .argument('<time>', 'such as 30min, 4h or 2d; 30 days at most')
    .option('--note <text>', 'why')
    .addOption(json())
    .action(async (id, time, options, command: Command) => (await alerts()).snoozeAlert(id, time, all(command, options)))
  alert
    .command('resolve')
    .description('Close an alert; it opens again when the same thing happens once more')
    .argument('<id>', 'id of the alert')
    .requiredOption('--note <text>', 'what was done')
    .addOption(json())
    .action(async (id, options, command: Command) => (await alerts()).resolveAlert(id, all(command, options)))
}

function addChannels(alert: Command, channels: Commands['channels']): void {
  const channel = alert.command('channel').description('Where alerts are sent')
  channel
    .command('list')
    .description('List channels and how their last message went')
    .addOption(json())
    .action(async (options, command: Command) => (await channels()).listChannels(all(command, options)))
  channel
    .command('add')
    .description('Add a channel')
    .argument('<name>', 'small letters, digits, dashes and underscores')
    .addOption(new Option('--kind <kind>', 'what it is').choices(['webhook', 'slack', 'email']).makeOptionMandatory())
    .option('--set <name=value...>', 'a setting, such as url=https://…; a secret as "secret=${env:NAME}" or secret=- for standard input')
    .option('--limit <messages>', 'messages an hour, at most', '20')
    .option('--group <seconds>', 'seconds that are waited for more; what happens within them is one message', '60')
    .addOption(json())
    .action(async (name, options, command: Command) => (await channels()).addChannel(name, all(command, options)))
  channel
    .command('delete')
    .description('Delete a channel; messages that it has not sent are not sent')
    .argument('<name>', 'name of the channel')
    .addOption(json())
    .action(async (name, options, command: Command) => (await channels()).deleteChannel(name, all(command, options)))
}

function addRules(alert: Command, rules: Commands['rules']): void {
  const rule = alert.command('rule').description('What is looked for')
  rule
    .command('list')
    .description('List alert rules')
    .addOption(json())
    .action(async (options, command: Command) => (await rules()).listRules(all(command, options)))
  rule
    .command('change')
    .description('Change who hears of a rule and how much it matters')
    .argument('<id>', 'id of the rule; atlas alert rule list has them')
    .option('--channel <name...>', 'names of channels; browser is the badge and the page')
    .addOption(new Option('--severity <severity>', 'how much it matters').choices(['info', 'warning', 'critical']))
    .option('--set <name=value...>', 'an option of its kind, such as minutes=30')
    .addOption(json())
    .action(async (id, options, command: Command) => (await rules()).changeRule(id, all(command, options)))
  for (const [name, description] of [
    ['enable', 'Enable a rule'],
    ['disable', 'Disable a rule; its open alerts stay until they are resolved'],
  ] as const)
    rule
      .command(name)
      .description(description)
      .argument('<id>', 'id of the rule')
      .addOption(json())
      .action(async (id, options, command: Command) => (await rules()).enableRule(name, id, all(command, options)))
}
