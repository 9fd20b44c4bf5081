import { Activity, Cable, CalendarClock, Fingerprint, LayoutDashboard, type LucideIcon, ShieldCheck, Table2, Upload } from 'lucide-react'
import type { Permission } from '../../contract/endpoint.ts'

export interface NavEntry {
  to: '/' | '/sources' | '/uploads' | '/runs' | '/schedules' | '/quality' | '/pii' | '/datasets'
  label: string
  Icon: LucideIcon
  permission: Permission
}

/** The sidebar, in the order data travels. Only pages that work stand here. */
export const navigation: { group: string; entries: NavEntry[] }[] = [
  { group: 'Home', entries: [{ to: '/', label: 'Dashboard', Icon: LayoutDashboard, permission: 'runs.read' }] },
  {
    group: 'Bring in',
    entries: [
      { to: '/sources', label: 'Sources', Icon: Cable, permission: 'sources.read' },
      { to: '/uploads', label: 'Uploads', Icon: Upload, permission: 'uploads.write' },
    ],
  },
  {
    group: 'Run',
    entries: [
      { to: '/runs', label: 'Runs', Icon: Activity, permission: 'runs.read' },
      { to: '/schedules', label: 'Schedules', Icon: CalendarClock, permission: 'runs.read' },
    ],
  },
  {
    group: 'Trust',
    entries: [
      { to: '/quality', label: 'Quality', Icon: ShieldCheck, permission: 'datasets.read' },
      { to: '/pii', label: 'PII', Icon: Fingerprint, permission: 'datasets.read' },
    ],
  },
  { group: 'Use', entries: [{ to: '/datasets', label: 'Datasets', Icon: Table2, permission: 'datasets.read' }] },
]
