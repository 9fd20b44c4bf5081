import { AtlasError } from '../../core/errors.ts'

const PLACE = /\(line (\d+), column (\d+)\)|\bLINE (\d+):/g

/**
 * An error about a text that Atlas put into another, told in lines of the text itself: people see what they wrote.
 * @param before number of lines that stand before the text
 * @param error anything else is given back as it is
 */
export function inOwnLines(error: unknown, before: number): unknown {
  if (!(error instanceof AtlasError)) return error
  const message = error.message.replaceAll(PLACE, (place, line?: string, column?: string, engineLine?: string) => {
    const own = Number(line ?? engineLine) - before
    // What stands around it is not theirs, and nothing they could look up.
    if (own < 1) return engineLine === undefined ? '' : place
    return engineLine === undefined ? `(line ${own}, column ${column ?? '1'})` : `LINE ${own}:`
  })
  return message === error.message ? error : new AtlasError(error.code, message, { cause: error, next: error.next, fields: error.fields })
}
