import type { QuarantineEntry, QuarantineState } from '../../../../contract/quarantine.ts'
import type { Mark } from '../../../components/status-badge.tsx'

/** What became of a quarantined row. */
export const ROW_STATES: Record<QuarantineState, { mark: Mark; word: string }> = {
  open: { mark: 'waiting', word: 'Open' },
  replaying: { mark: 'running', word: 'On its way' },
  replayed: { mark: 'ok', word: 'Replayed' },
  released: { mark: 'ok', word: 'Let in' },
  superseded: { mark: 'skipped', word: 'Read again' },
  discarded: { mark: 'cancelled', word: 'Discarded' },
}

export function rowKey({ batch, row }: Pick<QuarantineEntry, 'batch' | 'row'>): string {
  return `${batch}/${row}`
}

/** The cells of a row that came with names; null for a line that no cells could be read from, or that the viewer may not see. */
export function cellsOf(row: string | null): Record<string, string | null> | null {
  if (row === null || !row.startsWith('{')) return null
  try {
    const cells = JSON.parse(row) as Record<string, unknown>
    return Object.fromEntries(
      Object.entries(cells).map(([name, cell]) => [name, cell === null || typeof cell === 'string' ? cell : JSON.stringify(cell)]),
    )
  } catch {
    return null
  }
}
