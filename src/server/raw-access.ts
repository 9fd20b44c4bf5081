import { isAllowed, requirePermission } from '../access/caller.ts'
import type { Caller } from '../access/caller.ts'
import { type AuditAction, writeAudit } from '../store/audit.ts'
import { keptColumns } from '../store/dataset-queries.ts'
import type { PinnedSnapshot } from '../store/snapshots.ts'
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

/** Which columns' values are withheld from the caller without the right to raw data: all of explore, and personal data that policy kept. */
export async function withheldFrom(
  platform: Pick<Platform, 'db'>,
  caller: Caller,
  pinned: Pick<PinnedSnapshot, 'name' | 'snapshotId' | 'columns'>,
): Promise<ReadonlySet<string>> {
  return canReadRaw(caller) ? new Set() : columnsWithheld(platform, pinned)
}

/** The same for what is kept and shown to everybody, such as a rule, whoever asks for it. */
export async function columnsWithheld(
  { db }: Pick<Platform, 'db'>,
  { name, snapshotId, columns }: Pick<PinnedSnapshot, 'name' | 'snapshotId' | 'columns'>,
): Promise<ReadonlySet<string>> {
  if (isRaw(name)) return new Set(columns.map((column) => column.name))
  // What a transform made has findings, and no memory of the policy in its columns.
  const byPolicy = columns.filter((column) => column.pii?.action === 'keep').map((column) => column.name)
  return new Set([...byPolicy, ...(await keptColumns(db, snapshotId))])
}
