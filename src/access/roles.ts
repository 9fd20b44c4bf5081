import type { Role } from '../contract/access.ts'
import type { Permission } from '../contract/endpoint.ts'

/** What a role can be granted; `public` and `self` are not granted but follow from being signed in or not. */
export type Grant = Exclude<Permission, 'public' | 'self'>

const viewer = ['datasets.read', 'runs.read', 'sources.read', 'sql.run', 'pii.analyze'] as const satisfies Grant[]
const editor = [
  ...viewer,
  'datasets.export',
  'runs.start',
  'uploads.write',
  'transforms.edit',
  'pipelines.edit',
  'schedules.edit',
  'alerts.act',
  'alerts.edit',
  'sources.edit',
  'pii.review',
  'quarantine.edit',
  'quality.edit',
] as const satisfies Grant[]
const admin = [
  ...editor,
  'datasets.read_raw',
  'sources.read_local_files',
  'users.manage',
  'tokens.manage',
  'audit.read',
  'settings.edit',
] as const satisfies Grant[]

const grants: Record<Role, readonly Grant[]> = { viewer, editor, admin }

/** The permissions of a role, each role holding all of the one below it. */
export function permissionsOf(role: Role): readonly Grant[] {
  return grants[role]
}
