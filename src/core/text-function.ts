import { raw, sql, type Sql } from './sql.ts'

/** The slice of a session that takes functions over one text, for what SQL cannot say. */
export interface TextFunctions {
  /**
   * Makes `body` known to SQL under a name, for every session of the same engine; a second definition replaces the first. NULL never reaches it.
   * @param isPure false where the same text may give different results, so that no call is saved
   */
  define(name: string, body: (text: string) => string | null, isPure?: boolean): Promise<void>
}

/**
 * The call of a defined function. The engine's binding drops one leading U+FEFF of a text, so every text goes in behind a letter, which `define` takes off.
 * @throws RangeError when the name is not a plain one
 */
export function callText(name: string, text: Sql): Sql {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new RangeError(`"${name}" is no name of a function`)
  return sql`${raw(name)}('.' || ${text})`
}
