import {
  Activity,
  BellRing,
  Cable,
  CalendarClock,
  Fingerprint,
  LayoutDashboard,
  type LucideIcon,
  ShieldCheck,
  Table2,
  Upload,
  Workflow,
} from 'lucide-react'
import type { Permission } from '../../contract/endpoint.ts'

export interface NavEntry {
  to: '/' | '/sources' | '/uploads' | '/pipelines' | '/runs' | '/schedules' | '/quality' | '/alerts' | '/pii' | '/datasets'
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
      { to: '/pipelines', label: 'Pipelines', Icon: Workflow, permission: 'runs.read' },
      { to: '/runs', label: 'Runs', Icon: Activity, permission: 'runs.read' },
      { to: '/schedules', label: 'Schedules', Icon: CalendarClock, permission: 'runs.read' },
    ],
  },
  {
    group: 'Trust',
    entries: [
      { to: '/quality', label: 'Quality', Icon: ShieldCheck, permission: 'datasets.read' },
      { to: '/pii', label: 'PII', Icon: Fingerprint, permission: 'datasets.read' },
      { to: '/alerts', label: 'Alerts', Icon: BellRing, permission: 'runs.read' },
    ],
  },
  { group: 'Use', entries: [{ to: '/datasets', label: 'Datasets', Icon: Table2, permission: 'datasets.read' }] },
]
