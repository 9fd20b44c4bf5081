import type { Command } from 'commander'
import { cell } from './schema-text.ts'

/** `docs/reference/cli.md`: every command with its arguments and options, as `--help` has them. */
export function commandLineReference(program: Command): string {
  const sections = leaves(program).map(({ path, command }) => commandText(path, command))
  return ['# Command line', program.description(), optionsTable(program), ...sections, '']
    .filter((part, at) => part !== '' || at > 3)
    .join('\n\n')
}

function leaves(command: Command, path = command.name()): { path: string; command: Command }[] {
  return command.commands.flatMap((child) => {
    const own = `${path} ${child.name()}`
    // A command that takes something itself may have others below it.
    const itself = child.commands.length === 0 || child.registeredArguments.length > 0 ? [{ path: own, command: child }] : []
    return [...itself, ...leaves(child, own)]
  })
}

function commandText(path: string, command: Command): string {
  const usage = [
    path,
    ...command.registeredArguments.map((argument) =>
      argument.required ? argument.name().toUpperCase() : `[${argument.name().toUpperCase()}]`,
    ),
  ]
  const args = command.registeredArguments.map((argument) => `- \`${argument.name().toUpperCase()}\`: ${argument.description}`)
  return [`## ${path}`, command.description(), `\`\`\`\n${usage.join(' ')} [options]\n\`\`\``, args.join('\n'), optionsTable(command)]
    .filter((part) => part !== '')
    .join('\n\n')
}

function optionsTable(command: Command): string {
  if (command.options.length === 0) return ''
  const rows = command.options.map(({ flags, description, argChoices, defaultValue }) => {
    const choices = argChoices === undefined ? '' : `: ${argChoices.map((choice) => `\`${choice}\``).join(', ')}`
    const fallback = defaultValue === undefined ? '' : ` (default \`${defaultValue}\`)`
    return `| ${cell(`\`${flags}\``)} | ${cell(`${description}${choices}${fallback}`)} |`
  })
  return ['| option | meaning |', '|---|---|', ...rows].join('\n')
}
