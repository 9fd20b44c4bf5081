import { createHash } from 'node:crypto'
import { raw, sql, type Sql } from '../core/sql.ts'
import { DEFAULT_PURPOSE, type PrivacyKey } from './tokens/derive-key.ts'
import { tokenPrefix } from './tokens/token.ts'

/** The slice of a DuckDB connection that takes bound values. */
export interface BoundRun {
  run(statement: Sql, parameters?: Uint8Array[]): Promise<unknown>
}

const BLOCK_BYTES = 64

/**
 * Puts the key's two pads into a temporary table of this connection, as bound values. Expressions read them from there by name, so that the key
 * never stands in a statement, a column name, a plan or an error: a session variable would be folded into the plan as a literal.
 */
export async function installHashKey(connection: BoundRun, key: PrivacyKey, purpose: string = DEFAULT_PURPOSE): Promise<void> {
  const table = tableOf(purpose)
  await connection.run(sql`create or replace temp table ${table} ("inner_pad" blob, "outer_pad" blob, "prefix" varchar)`)
  const pads = [padOf(key.bytes, 0x36), padOf(key.bytes, 0x5c)]
  await connection.run(sql`insert into temp.${table} values (${raw('$1')}, ${raw('$2')}, ${tokenPrefix('h1', key)})`, pads)
}

function tableOf(purpose: string): Sql {
  if (!/^[a-z][a-z0-9_]*$/.test(purpose)) throw new RangeError(`"${purpose}" is no name of a purpose`)
  return raw(`atlas_hash_key_${purpose}`)
}

/** RFC 2104: the key, hashed where it is longer than a block, filled with zeros to a block, each byte xor the pad's. */
function padOf(key: Uint8Array, pad: number): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES)
  block.set(key.length > BLOCK_BYTES ? createHash('sha256').update(key).digest() : key)
  return block.map((byte) => byte ^ pad)
}

/** `h1_<key id>_` and the HMAC-SHA-256 of a text's UTF-8 bytes with the purpose's installed key, as 64 hexadecimal digits. NULL stays NULL. */
export function hashToken(text: Sql, purpose: string = DEFAULT_PURPOSE): Sql {
  const part = (name: string): Sql => sql`(select ${raw(name)} from temp.${tableOf(purpose)})`
  return sql`${part('prefix')} || sha256(${part('outer_pad')} || unhex(sha256(${part('inner_pad')} || encode(${text}))))`
}
