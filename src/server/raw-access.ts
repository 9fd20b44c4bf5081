import { isAllowed, requirePermission } from '../access/caller.ts'
import type { Caller } from '../access/caller.ts'
import { type AuditAction, writeAudit } from '../store/audit.ts'
import type { SchemaColumn } from '../store/schema.ts'
import type { Platform } from './platform.ts'

/** Whether the caller may see values as they came from the source. */
export function canReadRaw(caller: Caller): boolean {
  return isAllowed(caller, 'datasets.read_raw')
}

/** Whether rows of this dataset are raw: everything in explore is as it came, unmasked. */
export function isRaw(dataset: string): boolean {
  return dataset.startsWith('explore.')
}

/**
 * Lets a read of raw rows pass and writes it into the audit, before the first row leaves.
 * @throws AtlasError `access.denied`
 */
export async function passRawRead(
  { db }: Pick<Platform, 'db'>,
  { caller, address }: { caller: Caller; address: string },
  read: { action: Extract<AuditAction, `${string}.raw_read`>; target: string; detail?: Record<string, unknown> },
): Promise<void> {
  requirePermission(caller, 'datasets.read_raw', `Reading ${read.target}, which holds data as it came,`)
  await writeAudit(db, { actor: caller.actor, address, ...read })
}

/** Whether a column's values are withheld from callers without the right to raw data: all of explore, and personal data that policy kept. */
export function withholdsFrom(caller: Caller, dataset: string, columns: readonly SchemaColumn[]): (column: string) => boolean {
  if (canReadRaw(caller)) return () => false
  const kept = new Set(columns.filter((column) => column.pii?.action === 'keep').map((column) => column.name))
  return (column) => isRaw(dataset) || kept.has(column)
}
