import { Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { AlertRule } from '../../../contract/alert-rules.ts'
import { AskDialog } from '../../components/dialog.tsx'
import { Modal } from '../../components/modal.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { useMay } from '../../state/session.ts'
import { useDeleteRule, useEnableRule } from './alert-acts.ts'

/** On or off, change, delete. */
export function RuleActs({ rule }: { rule: AlertRule }) {
  const [asking, setAsking] = useState(false)
  const may = useMay('alerts.edit')
  const enable = useEnableRule(rule)
  const remove = useDeleteRule(rule.id)
  return (
    <>
      <button
        type="button"
        role="switch"
        aria-checked={rule.enabled}
        aria-disabled={!may || undefined}
        title={may ? (rule.enabled ? 'Turn off' : 'Turn on') : 'Your role does not include changing rules'}
        className="btn btn-quiet min-h-7 px-1.5"
        onClick={() => may && !enable.isPending && enable.mutate()}
      >
        {rule.enabled ? 'On' : 'Off'}
        <span className="sr-only">: {rule.name}</span>
      </button>
      {rule.file !== null && (
        <span className="text-text-3" title={`Stands in ${rule.file}; change it there and run atlas apply`}>
          from Git
        </span>
      )}
      {may && rule.file === null && (
        <>
          <a
            className="btn btn-quiet min-h-7 px-1.5"
            href={`/alerts?tab=rules&edit=${encodeURIComponent(rule.id)}`}
            title={`Change ${rule.name}`}
          >
            <Pencil size={14} aria-hidden />
            <span className="sr-only">Change {rule.name}</span>
          </a>
          <button type="button" className="btn btn-quiet min-h-7 px-1.5" title={`Delete ${rule.name}`} onClick={() => setAsking(true)}>
            <Trash2 size={14} aria-hidden />
            <span className="sr-only">Delete {rule.name}</span>
          </button>
        </>
      )}
      {asking && (
        <AskDialog
          title={`Delete the rule ${rule.name}?`}
          confirm={remove.isPending ? 'Deleting' : 'Delete rule'}
          busy={remove.isPending}
          onConfirm={() => remove.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>What it looks for becomes no alert any more. Alerts that it opened stay.</p>
          {remove.isError && <ProblemView error={remove.error} what="Could not delete" />}
        </AskDialog>
      )}
      {enable.isError && (
        <Modal title={`${rule.name} was not changed`} onClose={() => enable.reset()}>
          <ProblemView error={enable.error} />
        </Modal>
      )}
    </>
  )
}
