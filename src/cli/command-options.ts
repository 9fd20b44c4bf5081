import { type Command, Option } from 'commander'

/** The option of every command that can answer programs. */
export function json(): Option {
  return new Option('--json', 'machine-readable output on stdout, nothing else')
}

/** The options of a command with those of the program. */
export function all<T extends object>(command: Command, options: T): T & { home?: string } {
  return { ...command.optsWithGlobals(), ...options }
}
