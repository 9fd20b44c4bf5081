import { createHash } from 'node:crypto'
import { raw, sql, type Sql } from '../core/sql.ts'

/** The slice of a DuckDB connection that takes bound values. */
export interface BoundRun {
  run(statement: Sql, parameters?: Uint8Array[]): Promise<unknown>
}

const BLOCK_BYTES = 64

/**
 * Puts the key's two pads into a temporary table of this connection, as bound values. Expressions read them from there by name, so that the key
 * never stands in a statement, a column name, a plan or an error: a session variable would be folded into the plan as a literal.
 */
export async function installHashKey(connection: BoundRun, key: Uint8Array): Promise<void> {
  await connection.run(sql`create or replace temp table atlas_hash_key ("inner_pad" blob, "outer_pad" blob)`)
  await connection.run(raw('insert into temp.atlas_hash_key values ($1, $2)'), [padOf(key, 0x36), padOf(key, 0x5c)])
}

/** RFC 2104: the key, hashed where it is longer than a block, filled with zeros to a block, each byte xor the pad's. */
function padOf(key: Uint8Array, pad: number): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES)
  block.set(key.length > BLOCK_BYTES ? createHash('sha256').update(key).digest() : key)
  return block.map((byte) => byte ^ pad)
}

/** HMAC-SHA-256 of a text's UTF-8 bytes with the installed key, as 64 hexadecimal digits. NULL stays NULL. */
export function hmac(text: Sql): Sql {
  const inner = raw('(select inner_pad from temp.atlas_hash_key)')
  const outer = raw('(select outer_pad from temp.atlas_hash_key)')
  return sql`sha256(${outer} || unhex(sha256(${inner} || encode(${text}))))`
}
