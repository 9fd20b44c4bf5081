import type { Session } from '../../src/contract/access.ts'
import { NOW } from './fixture-clock.ts'

export const session: Session = {
  user: { id: 'u_1', email: 'admin@example.com', name: 'admin', role: 'admin' },
  permissions: [
    'datasets.read',
    'datasets.read_raw',
    'datasets.export',
    'runs.read',
    'runs.start',
    'uploads.write',
    'sources.read',
    'sources.edit',
    'sql.run',
    'pipelines.edit',
    'schedules.edit',
    'alerts.act',
    'alerts.edit',
    'pii.review',
    'quality.edit',
    'quarantine.edit',
    'users.manage',
    'tokens.manage',
    'audit.read',
    'settings.edit',
  ],
  csrfToken: 'csrf',
  needsPassword: false,
  server: {
    version: '0.1.0',
    environment: 'production',
    timeZone: 'Europe/Copenhagen',
    uploadLimitBytes: 5_000_000_000,
    now: new Date(NOW).toISOString(),
  },
}

export const signedOut: Session = { ...session, user: null, permissions: [], csrfToken: null }
