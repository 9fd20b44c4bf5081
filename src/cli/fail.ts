import { CommanderError } from 'commander'
import { ProblemError } from '../client/problem-error.ts'
import { AtlasError, toProblem } from '../core/errors.ts'

/** Ends the command with an error that a person can act on, on stderr: what happened, its code, what to do. Never a stack for what is known. */
export function failWith(error: unknown): void {
  if (error instanceof CommanderError) {
    // Commander has written its own message; help and version are no failures.
    process.exitCode = error.exitCode === 0 ? 0 : 2
    return
  }
  process.exitCode = 1
  process.stderr.write(`${errorText(error)}\n`)
}

/** The error as text: message, code and next step. */
export function errorText(error: unknown): string {
  const problem = problemOf(error)
  if (problem === null)
    return `atlas: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n  This is a fault of Atlas.`
  const fields = (problem.errors ?? []).map((field) => `\n  ${field.pointer}: ${field.detail}`).join('')
  return `atlas: ${problem.detail}${fields}\n  ${problem.next ?? ''} [${problem.code}]`
}

function problemOf(error: unknown) {
  if (error instanceof ProblemError) return error.problem
  return error instanceof AtlasError ? toProblem(error) : null
}
