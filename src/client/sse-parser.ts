/** One message of an event stream; `data` as sent. */
export interface SseMessage {
  event: string
  data: string
  id: string | null
}

export interface SseParser {
  /** Takes the next piece of text and returns the messages it completes. */
  push(text: string): SseMessage[]
  /** Milliseconds the server asks to wait before a reconnect, where it said so. */
  retryMs(): number | null
}

/** A parser after the WHATWG event-stream grammar: CR, LF and CRLF line ends, comments, multi-line data. */
export function createSseParser(): SseParser {
  let rest = ''
  let data: string[] = []
  let event = ''
  let id: string | null = null
  let retry: number | null = null

  const take = (line: string, out: SseMessage[]): void => {
    if (line === '') {
      if (data.length > 0) out.push({ event: event || 'message', data: data.join('\n'), id })
      data = []
      event = ''
      return
    }
    if (line.startsWith(':')) return
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') data.push(value)
    else if (field === 'event') event = value
    else if (field === 'id' && !value.includes('\0')) id = value
    else if (field === 'retry' && /^\d+$/.test(value)) retry = Number(value)
  }

  return {
    push(text) {
      const out: SseMessage[] = []
      rest += text
      for (;;) {
        const match = /\r\n|\n|\r/.exec(rest)
        // A lone CR at the very end may be the first half of CRLF: wait for the next piece.
        if (match === null || (match[0] === '\r' && match.index === rest.length - 1)) return out
        take(rest.slice(0, match.index), out)
        rest = rest.slice(match.index + match[0].length)
      }
    },
    retryMs: () => retry,
  }
}
