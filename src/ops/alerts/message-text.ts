import type { AlertMessage, MessageItem } from './alert-message.ts'

/** Where the web app is and in which zone times are told. */
export interface Saying {
  /** ATLAS_URL without a slash at its end; null when it is not set: then messages have no links. */
  baseUrl: string | null
  timeZone: string
  environment: string | null
}

const HEADS: Record<MessageItem['change'], string> = { opened: '', occurred: 'Again: ', recovered: 'Over: ', reminded: 'Still open: ' }

/** One line for a subject or a notification: the first alert, and how many others. */
export function headline(message: AlertMessage, { environment }: Saying): string {
  const [first] = message.items
  const others = message.items.length - 1 + message.more
  const place = environment === null ? 'Atlas' : `Atlas ${environment}`
  const what = first === undefined ? 'no alerts' : `${severityWord(first)}${headOf(first)}`
  return `[${place}] ${what}${others > 0 ? ` and ${others} more` : ''}`
}

/** What happened, in one line. */
export function headOf(item: MessageItem): string {
  return `${HEADS[item.change]}${item.what}`
}

function severityWord(item: MessageItem): string {
  return item.until === null && item.severity === 'critical' ? 'Critical: ' : ''
}

/** The lines below the head: since when, what is behind it, what to do, and where to look. */
export function linesOf(item: MessageItem, saying: Saying): string[] {
  const { count, downstream, cause, until } = item
  const times = count === 1 ? '' : ` · ${count} times`
  const span = until === null ? `Since ${told(item.since, saying)}` : `From ${told(item.since, saying)} to ${told(until, saying)}`
  const rest = downstream.total - downstream.names.length
  return [
    `${span}${times}${cause === null ? '' : ` · ${cause}`}`,
    ...(downstream.total === 0 || until !== null ? [] : [`Affects ${downstream.names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`]),
    ...(until === null ? [`Next: ${item.next}`] : []),
  ]
}

/** The page of an alert; null without ATLAS_URL, and for a test. */
export function linkOf(item: MessageItem, { baseUrl }: Saying): string | null {
  return baseUrl === null || item.id === 'test' ? null : `${baseUrl}/alerts?alert=${encodeURIComponent(item.id)}`
}

/** What is said of those that are left out; null when none is. */
export function moreLine(message: AlertMessage): string | null {
  return message.more === 0 ? null : `and ${message.more} more`
}

/** The whole message as plain text. */
export function plainText(message: AlertMessage, saying: Saying): string {
  const parts = message.items.map((item) => {
    const link = linkOf(item, saying)
    return [`${severityWord(item)}${headOf(item)}`, ...linesOf(item, saying), ...(link === null ? [] : [link])].join('\n')
  })
  const more = moreLine(message)
  return `${[...parts, ...(more === null ? [] : [more])].join('\n\n')}\n`
}

/** `Mon 23 Nov 08:12`, on the clocks of the zone. */
function told(at: string, { timeZone }: Saying): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  return format.format(new Date(at)).replaceAll(',', '')
}
