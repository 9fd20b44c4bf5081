import { contractSchema } from '../../src/quality/contract-file/contract-schema.ts'
import { checks } from '../../src/quality/index.ts'

/** `docs/reference/contract.schema.json`: for editors that check contract files while they are written. */
export function contractSchemaFile(): string {
  return `${JSON.stringify(contractSchema(checks), null, 2)}\n`
}
