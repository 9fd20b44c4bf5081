import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { AlertChannel } from '../../../contract/alert-channels.ts'
import { Empty } from '../../components/empty.tsx'
import { Num } from '../../components/num.tsx'
import { Load, Panel } from '../../components/panel.tsx'
import { StatusBadge, type Mark } from '../../components/status-badge.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { measured } from '../../measured.ts'
import { channelKindsQuery, channelsQuery } from './alert-acts.ts'
import { ChannelActs } from './channel-acts.tsx'
import { ChannelForm } from './channel-form.tsx'
import { CHANNEL_KINDS } from './words.ts'

/** Where alerts are sent beside the browser, and whether they arrive. */
export function ChannelsTab() {
  const query = useQuery(channelsQuery)
  const kinds = useQuery(channelKindsQuery)
  const { edit } = useSearch({ from: '/inside/alerts' })
  const navigate = useNavigate({ from: '/alerts' })
  const edited = query.data?.find(({ id }) => id === edit)
  const isOpen = edit === 'new' || edited !== undefined
  return (
    <Panel title="Channels">
      <Load query={query} what="the channels" lines={4}>
        {(channels) =>
          channels.length === 0 ? (
            <Empty kind="first-use">
              No channel yet, so alerts are shown here and nowhere else. A channel is a webhook, a Slack-compatible webhook, or e-mail;
              rules say who hears of them.
            </Empty>
          ) : (
            <ChannelsTable channels={channels} asOf={new Date(query.dataUpdatedAt).toISOString()} />
          )
        }
      </Load>
      {isOpen && kinds.data !== undefined && (
        <ChannelForm
          key={edit}
          channel={edited}
          kinds={kinds.data}
          onClose={() => void navigate({ search: { tab: 'channels' }, replace: true })}
        />
      )}
    </Panel>
  )
}

function ChannelsTable({ channels, asOf }: { channels: AlertChannel[]; asOf: string }) {
  return (
    <Table
      label="Channels by name"
      head={
        <Heads
          of={[
            'Channel',
            'Kind',
            'State',
            'Last sent',
            { name: 'Waiting', right: true },
            { name: 'Given up', right: true },
            { name: 'Act', hidden: true },
          ]}
        />
      }
    >
      {channels.map((channel) => (
        <tr key={channel.id} data-channel={channel.name}>
          <th scope="row" className="pin">
            {channel.name}
          </th>
          <td>{CHANNEL_KINDS[channel.kind]}</td>
          <td className="wrap">
            <StatusBadge {...stateOf(channel)} />
            {channel.lastError !== null && <span className="block text-cell text-bad">{channel.lastError}</span>}
          </td>
          <td>{channel.lastSentAt === null ? <span className="text-text-3">never</span> : <Time at={channel.lastSentAt} />}</td>
          <td className="right">
            <Messages channel={channel} count={channel.waiting} asOf={asOf} what="waiting messages" />
          </td>
          <td className="right">
            <Messages channel={channel} count={channel.gaveUp} asOf={asOf} what="messages given up in 30 days" />
          </td>
          <td className="right">
            <ChannelActs channel={channel} />
          </td>
        </tr>
      ))}
    </Table>
  )
}

/** A channel that nothing was sent to yet is not called well. */
function stateOf({ lastError, lastSentAt }: AlertChannel): { mark: Mark; word: string } {
  if (lastError !== null) return { mark: 'failed', word: 'Last message failed' }
  return lastSentAt === null ? { mark: 'waiting', word: 'Never used' } : { mark: 'ok', word: 'Last message arrived' }
}

function Messages({ channel, count, asOf, what }: { channel: AlertChannel; count: number; asOf: string; what: string }) {
  const scope = { rows: count, of: count, how: 'full', unit: 'messages' } as const
  return (
    <Num m={measured(count, { asOf, scope, src: { kind: 'query', id: `channel ${channel.id}` } })} label={`${what} of ${channel.name}`} />
  )
}
