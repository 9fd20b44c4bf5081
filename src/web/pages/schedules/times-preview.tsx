import type { UseQueryResult } from '@tanstack/react-query'
import type { Reply } from '../../../client/call.ts'
import { Load } from '../../components/panel.tsx'
import { StatusMark } from '../../components/status-badge.tsx'
import { formatDayTime, zoneName } from '../../format/instant.ts'
import { useTimeZone } from '../../state/session.ts'
import { CLOCK_CHANGES, firingText } from './words.ts'

type Preview = Reply<'POST /schedules/preview'>

/** The next ten times, by the clocks of the zone and of the viewer (of UTC where these are the same), with a warning where clocks change. */
export function TimesPreview({ query, zone }: { query: UseQueryResult<Preview>; zone: string }) {
  const own = useTimeZone()
  const other = own === zone ? 'UTC' : own
  return (
    <section aria-label="The next ten times" className="rounded-panel border border-line">
      <Load query={query} what="the next times" lines={10}>
        {({ words, next }) => (
          <>
            <p className="border-b border-line px-3 py-2 font-medium" role="status">
              Runs {words}
            </p>
            <table className="w-full text-cell">
              <thead className="text-left text-label text-text-3">
                <tr>
                  <th scope="col" className="px-3 pt-2">
                    {zoneName(zone)}
                  </th>
                  <th scope="col" className="px-3 pt-2">
                    {other === 'UTC' ? 'UTC' : `Your zone, ${zoneName(other)}`}
                  </th>
                </tr>
              </thead>
              <tbody className="[&>tr:last-child>td]:pb-2">
                {next.map((firing) => (
                  <tr key={firing.at}>
                    <td className="px-3 py-0.5">
                      <time dateTime={firing.at}>{firingText(firing)}</time>
                      {firing.clockChange !== null && (
                        <span className="flex items-center gap-1.5 text-label text-warn">
                          <StatusMark mark="warning" size={14} /> {CLOCK_CHANGES[firing.clockChange]}
                        </span>
                      )}
                    </td>
                    <td className="px-3 py-0.5 text-text-2">{formatDayTime(Date.parse(firing.at), other)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </>
        )}
      </Load>
    </section>
  )
}
