import type { Kysely, Selectable } from 'kysely'
import { DatasetContract, type StoredContract } from '../contract/quality-contracts.ts'
import { AtlasError } from '../core/errors.ts'
import type { QualityContractsTable } from './quality-tables.ts'
import type { RuleEdit } from './quality-rules.ts'
import type { Schema } from './schema.ts'

/** Contracts that are applied, by dataset. */
export async function listContracts(db: Kysely<Schema>): Promise<StoredContract[]> {
  const rows = await selectContracts(db).orderBy('dataset').execute()
  return rows.map(toContract)
}

/** The contract of a dataset; null where it has none. */
export async function findContract(db: Kysely<Schema>, dataset: string): Promise<StoredContract | null> {
  const row = await selectContracts(db).where('dataset', '=', dataset).executeTakeFirst()
  return row === undefined ? null : toContract(row)
}

/** The contract of a dataset. @throws AtlasError `quality.contract_not_found` */
export async function readContract(db: Kysely<Schema>, dataset: string): Promise<StoredContract> {
  const found = await findContract(db, dataset)
  if (found === null) throw new AtlasError('quality.contract_not_found', `${dataset} has no contract.`)
  return found
}

/** Keeps a contract in the place of an earlier one of its dataset. To be called in a transaction. @returns its version */
export async function saveContract(db: Kysely<Schema>, file: string, contract: DatasetContract, { by, at }: RuleEdit): Promise<number> {
  const former = await db
    .selectFrom('quality_contracts')
    .select('version')
    .where('dataset', '=', contract.dataset)
    .forUpdate()
    .executeTakeFirst()
  const version = (former?.version ?? 0) + 1
  const values = { file, contract: JSON.stringify(contract), version, applied_by: by, applied_at: at, removed_at: null }
  await db
    .insertInto('quality_contracts')
    .values({ dataset: contract.dataset, ...values })
    .onConflict((conflict) => conflict.column('dataset').doUpdateSet(values))
    .execute()
  return version
}

/** Takes a contract out. To be called in a transaction. @throws AtlasError `quality.contract_not_found` */
export async function removeContract(db: Kysely<Schema>, dataset: string, at: Date): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('quality_contracts')
    .set({ removed_at: at })
    .where('dataset', '=', dataset)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw new AtlasError('quality.contract_not_found', `${dataset} has no contract.`)
}

function selectContracts(db: Kysely<Schema>) {
  return db
    .selectFrom('quality_contracts')
    .selectAll()
    .select((select) =>
      select
        .selectFrom('quality_rules')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .whereRef('quality_rules.dataset', '=', 'quality_contracts.dataset')
        .where('origin', '=', 'file')
        .where('deleted_at', 'is', null)
        .as('rules'),
    )
    .where('removed_at', 'is', null)
}

function toContract(row: Selectable<QualityContractsTable> & { rules: number | null }): StoredContract {
  const { dataset, file, version, rules } = row
  const applied = { appliedBy: row.applied_by, appliedAt: row.applied_at.toISOString() }
  return { dataset, file, contract: DatasetContract.parse(row.contract), version, rules: Number(rules), ...applied }
}
