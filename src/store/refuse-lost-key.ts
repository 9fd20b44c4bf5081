import { access } from 'node:fs/promises'
import path from 'node:path'
import { type Kysely, sql } from 'kysely'
import { AtlasError } from '../core/errors.ts'
import type { Home } from './home.ts'
import type { Schema } from './schema.ts'

/** What a policy does with a key: what it leaves cannot be matched or turned back with another one. */
const KEYED = ['hash', 'pseudonymise', 'encrypt', 'fake']

/**
 * Refuses a home whose key of hashes and pseudonyms is gone while datasets hold what was made with it: a new key, made in silence, would take every join and
 * every way back from a pseudonym away.
 * @throws AtlasError `privacy.key_missing`
 */
export async function refuseLostKey(home: Pick<Home, 'keys'>, db: Kysely<Schema>): Promise<void> {
  const file = path.join(home.keys, 'hash.key')
  const isThere = await access(file).then(
    () => true,
    () => false,
  )
  if (isThere) return
  const { rows } = await sql<{ name: string }>`
    select d.name from datasets d
    where exists (select 1 from dataset_schemas s, jsonb_array_elements(s.columns) c
                  where s.dataset_id = d.id and c -> 'pii' ->> 'action' = any(${KEYED}::text[]))
    order by 1 limit 1`.execute(db)
  const [made] = rows
  if (made === undefined) return
  throw new AtlasError('privacy.key_missing', `The key file ${file} is not there, and ${made.name} holds tokens that were made with it.`, {
    next: `Restore ${file} from a backup. If it is lost for good, put 32 random bytes there: no token made before can be revealed then, and chart is made anew with others.`,
  })
}
