import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { PageHeader } from '../../components/page-header.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { alertStatusQuery } from '../../state/alert-queries.ts'
import { useMay } from '../../state/session.ts'
import { AlertDrawer } from './alert-drawer.tsx'
import { ChannelsTab } from './channels-tab.tsx'
import { EvaluatorLine, EvaluatorWarning } from './evaluator-line.tsx'
import { HistoryTab } from './history-tab.tsx'
import { OpenTab } from './open-tab.tsx'
import { RulesTab } from './rules-tab.tsx'

const TABS = [
  { id: 'open', label: 'Open' },
  { id: 'history', label: 'History' },
  { id: 'rules', label: 'Rules' },
  { id: 'channels', label: 'Channels' },
] as const

const ADD = { rules: 'Add rule', channels: 'Add channel' } as const

/** What went wrong and is not over, who has it, what is looked for, and who is told. */
export function Alerts() {
  const { tab = 'open', alert } = useSearch({ from: '/inside/alerts' })
  const navigate = useNavigate({ from: '/alerts' })
  const status = useQuery(alertStatusQuery)
  const may = useMay('alerts.edit')
  const label = TABS.find(({ id }) => id === tab)?.label
  return (
    <>
      <PageHeader
        title="Alerts"
        documentTitle={tab === 'open' ? 'Alerts' : `${label} · Alerts`}
        line={
          status.data !== undefined && !status.isError ? (
            <>
              <EvaluatorLine evaluator={status.data.evaluator} />
              {status.data.undelivered > 0 && (
                <a href="/alerts?tab=channels" className="link">
                  Some messages have not arrived
                </a>
              )}
            </>
          ) : undefined
        }
        actions={
          may &&
          (tab === 'rules' || tab === 'channels') && (
            <a href={`/alerts?tab=${tab}&edit=new`} className="btn btn-primary">
              <Plus size={14} aria-hidden /> {ADD[tab]}
            </a>
          )
        }
      />
      {status.data !== undefined && !status.isError && <EvaluatorWarning evaluator={status.data.evaluator} />}
      <Tabs tabs={TABS} current={tab} label="Parts of the alerts" />
      {tab === 'open' && <OpenTab />}
      {tab === 'history' && <HistoryTab />}
      {tab === 'rules' && <RulesTab />}
      {tab === 'channels' && <ChannelsTab />}
      {alert !== undefined && (
        <AlertDrawer
          key={alert}
          alertId={alert}
          onClose={() => void navigate({ search: (old) => ({ ...old, alert: undefined }), replace: true })}
        />
      )}
    </>
  )
}
