import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { AlertChannel } from '../../../contract/alert-channels.ts'
import type { AlertRule } from '../../../contract/alert-rules.ts'
import { Empty } from '../../components/empty.tsx'
import { Num } from '../../components/num.tsx'
import { Load, Panel } from '../../components/panel.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { measured } from '../../measured.ts'
import { channelsQuery, ruleKindsQuery, rulesQuery } from './alert-acts.ts'
import { RuleActs } from './rule-acts.tsx'
import { RuleForm } from './rule-form.tsx'
import { SEVERITIES } from './words.ts'

/** What is looked for, how much it matters, and who hears of it. */
export function RulesTab() {
  const query = useQuery(rulesQuery)
  const channels = useQuery(channelsQuery)
  const kinds = useQuery(ruleKindsQuery)
  const { edit } = useSearch({ from: '/inside/alerts' })
  const navigate = useNavigate({ from: '/alerts' })
  // One that stands in a file is changed there.
  const edited = query.data?.find(({ id, file }) => id === edit && file === null)
  const isOpen = edit === 'new' || edited !== undefined
  return (
    <Panel title="Rules">
      <Load query={query} what="the rules" lines={6}>
        {(rules) =>
          rules.length === 0 ? (
            <Empty kind="first-use">No rule. Without one, nothing that goes wrong becomes an alert.</Empty>
          ) : (
            <RulesTable rules={rules} channels={channels.data ?? []} />
          )
        }
      </Load>
      {isOpen && kinds.data !== undefined && channels.data !== undefined && (
        <RuleForm
          key={edit}
          rule={edited}
          kinds={kinds.data}
          channels={channels.data}
          onClose={() => void navigate({ search: { tab: 'rules' }, replace: true })}
        />
      )}
    </Panel>
  )
}

function RulesTable({ rules, channels }: { rules: AlertRule[]; channels: AlertChannel[] }) {
  return (
    <Table
      label="Rules by name"
      head={
        <Heads
          of={['Rule', 'Severity', 'Told to', { name: 'Open', right: true }, 'Looked at', { name: 'On or off, and act', hidden: true }]}
        />
      }
    >
      {rules.map((rule) => (
        <tr key={rule.id} data-rule={rule.id}>
          <th scope="row" className="pin wrap">
            {rule.name}
            <Scope rule={rule} />
            {rule.file !== null && (
              <span className="block text-cell font-normal text-text-3">
                stands in <code className="font-mono">{rule.file}</code>
              </span>
            )}
          </th>
          <td>
            <StatusBadge {...SEVERITIES[rule.severity]} />
          </td>
          <td className="wrap">
            {rule.channels.length === 0 ? 'nobody' : rule.channels.map((id) => channelName(id, channels)).join(', ')}
          </td>
          <td className="right">
            <Num
              m={measured(rule.evaluatedAt === null ? null : rule.open, {
                asOf: rule.evaluatedAt ?? rule.updatedAt,
                scope: { rows: rule.open, of: rule.open, how: 'full', unit: 'occurrences' },
                src: { kind: 'query', id: `rule ${rule.id}` },
              })}
              label={`open alerts of ${rule.name}`}
            />
          </td>
          <td>
            <LookedAt rule={rule} />
          </td>
          <td className="right">
            <RuleActs rule={rule} />
          </td>
        </tr>
      ))}
    </Table>
  )
}

/** What a rule is about, where that is not all. */
function Scope({ rule: { pipelines, datasets } }: { rule: AlertRule }) {
  const names = [...pipelines, ...datasets]
  return names.length === 0 ? null : <span className="block text-cell font-normal text-text-3">only {names.join(', ')}</span>
}

function LookedAt({ rule: { enabled, evaluatedAt, evaluationError } }: { rule: AlertRule }) {
  if (!enabled) return <span className="text-text-3">—</span>
  if (evaluationError !== null)
    return (
      <span className="inline-flex items-center gap-1.5">
        <StatusBadge mark="error" word="Could not run" /> <code className="font-mono">{evaluationError}</code>
      </span>
    )
  return evaluatedAt === null ? <span className="text-text-3">not yet</span> : <Time at={evaluatedAt} />
}

/** A channel as people call it. */
function channelName(id: string, channels: readonly AlertChannel[]): string {
  return channels.find((channel) => channel.id === id)?.name ?? id
}
