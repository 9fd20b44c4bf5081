import type { AlertMessage } from './alert-message.ts'
import { headOf, headline, linesOf, linkOf, moreLine, type Saying } from './message-text.ts'

/** The message as HTML that every mail reader shows: no pictures, no scripts, nothing loaded from elsewhere. */
export function emailHtml(message: AlertMessage, saying: Saying): string {
  const parts = message.items.map((item) => {
    const link = linkOf(item, saying)
    const lines = linesOf(item, saying).map((line) => `<div>${escape(line)}</div>`)
    const open = link === null ? '' : `<div><a href="${escape(link)}">Open in Atlas</a></div>`
    return `<div style="margin:0 0 16px"><div style="font-weight:bold">${escape(headOf(item))}</div>${lines.join('')}${open}</div>`
  })
  const more = moreLine(message)
  const rest = more === null ? '' : `<div>${more}</div>`
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escape(headline(message, saying))}</title></head><body style="font-family:sans-serif;font-size:14px;line-height:20px">${parts.join('')}${rest}</body></html>`
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}
