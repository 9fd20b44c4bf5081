import type { WaitingAlert } from '../../../src/store/alert-outbox.ts'

/** An alert that waits to be told, as the outbox gives it. */
export function waitingAlert(part: Partial<WaitingAlert['alert']>, changes: WaitingAlert['changes'] = ['opened']): WaitingAlert {
  const at = new Date('2026-11-23T08:12:00Z')
  return {
    changes,
    alert: {
      id: 'al_1',
      rule_id: 'run-failed',
      kind: 'run-failed',
      severity: 'critical',
      subject: 'orders',
      state: 'open',
      what: 'orders failed: The source does not answer',
      cause: 'source.unreachable',
      next: 'Check the address and the network.',
      pipeline: 'orders',
      dataset: null,
      run_id: 'r_1',
      link: '/runs/r_1',
      downstream: { names: ['navigate.revenue'], total: 1 },
      in_browser: true,
      occurrences: 3,
      opened_at: at,
      last_at: at,
      told_at: at,
      owner: 'ida@example.com',
      taken_at: null,
      snoozed_until: null,
      ended_at: null,
      ended_by: null,
      note: null,
      ...part,
    },
  }
}
