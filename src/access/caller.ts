import type { Role } from '../contract/access.ts'
import type { Permission } from '../contract/endpoint.ts'
import { AtlasError } from '../core/errors.ts'
import { permissionsOf } from './roles.ts'

/** Who a request comes from. */
export interface Caller {
  /** As the audit names it: an e-mail, `token:<name>`, `cli`. */
  actor: string
  id: string
  name: string
  role: Role
  /** Set for people who signed in with a browser: their session, whose CSRF token every change must carry. */
  session: { idHash: string; userId: string; csrfToken: string; hasPassword: boolean } | null
}

/** Whether the caller (null: nobody) may do this. */
export function isAllowed(caller: Caller | null, permission: Permission): boolean {
  if (permission === 'public') return true
  if (caller === null) return false
  return permission === 'self' || permissionsOf(caller.role).includes(permission)
}

/** Lets the caller pass or throws AtlasError `access.not_signed_in` or `access.denied`. @param why what the permission is needed for */
export function requirePermission(caller: Caller | null, permission: Permission, why = 'This'): void {
  if (isAllowed(caller, permission)) return
  if (caller === null) throw new AtlasError('access.not_signed_in', 'This needs a signed-in caller.')
  throw new AtlasError('access.denied', `${why} needs the permission ${permission}, which the role ${caller.role} does not have.`)
}
