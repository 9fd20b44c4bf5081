import { createContext, Script } from 'node:vm'
import { AtlasError } from '../../core/errors.ts'

/** How long the patterns of a caller may take over one text. */
const limitMs = 1000
const longestSource = 5000
const script = new Script(
  'const found = []; for (const match of text.matchAll(new RegExp(source, flags))) found.push([match.index, match[0].length]); JSON.stringify(found)',
)

/**
 * Spans of all matches of a regular expression that a caller gave, which may be slow by accident or on purpose.
 * @returns start and length, UTF-16 code units; empty matches left out
 * @throws AtlasError `pii.bad_pattern` for one that is not valid, too long, or takes longer than a second
 */
export function boundedMatches(source: string, flags: string, text: string): [start: number, length: number][] {
  if (source.length > longestSource)
    throw new AtlasError('pii.bad_pattern', `A pattern has ${source.length} characters; at most ${longestSource} are read.`)
  checkPattern(source, flags)
  try {
    const found = script.runInContext(createContext({ text, source, flags }), { timeout: limitMs }) as string
    return (JSON.parse(found) as [number, number][]).filter(([, length]) => length > 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
    throw new AtlasError('pii.bad_pattern', `The pattern ${source.slice(0, 80)} took longer than ${limitMs} ms over one text.`)
  }
}

function checkPattern(source: string, flags: string): void {
  try {
    new RegExp(source, flags)
  } catch (error) {
    throw new AtlasError('pii.bad_pattern', `The pattern ${source.slice(0, 80)} is not a regular expression: ${(error as Error).message}`, {
      cause: error,
    })
  }
}
