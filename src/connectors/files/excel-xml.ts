/** Attributes of one XML tag, entities undone. */
export function attributesOf(tag: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const match of tag.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g))
    found[match[1] ?? ''] = unescapeXml(match[2] ?? match[3] ?? '')
  return found
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

export function unescapeXml(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(
    /&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi,
    (whole, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
      if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
      return ENTITIES[name ?? ''] ?? whole
    },
  )
}

/** Text of a string item: its runs joined, phonetic hints left out, `_x000D_` escapes undone (ECMA-376 part 1, 22.9.2.19). */
export function textOf(item: string): string {
  const plain = item.replace(/<rPh\b[\s\S]*?<\/rPh>/g, '')
  let text = ''
  for (const match of plain.matchAll(/<t\b[^>]*?(?:\/>|>([\s\S]*?)<\/t>)/g)) text += match[1] ?? ''
  return unescapeXml(text.replaceAll('\r\n', '\n')).replace(/_x([0-9A-F]{4})_/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
}

/** Some writers give every tag a namespace prefix (`<x:row>`); text cannot hold a bare `<`, so it is safe to drop them. */
export function withoutPrefixes(xml: string): string {
  return xml.replace(/<(\/?)[A-Za-z][\w.-]*:/g, '<$1')
}

/** Cuts streamed XML into its elements of one name, whole, in order; what stands between is left out. */
export async function* elementsOf(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8')
  const opening = new RegExp(`<(?:[A-Za-z][\\w.-]*:)?${name}(?=[\\s/>])`, 'g')
  const closing = new RegExp(`</(?:[A-Za-z][\\w.-]*:)?${name}\\s*>`, 'g')
  let held = ''
  for await (const chunk of chunks) {
    held += decoder.decode(chunk, { stream: true })
    let from = 0
    for (;;) {
      opening.lastIndex = from
      const open = opening.exec(held)
      if (open === null) {
        from = Math.max(from, held.length - 64)
        break
      }
      const end = endOfElement(held, open.index, closing)
      if (end < 0) {
        from = open.index
        break
      }
      yield withoutPrefixes(held.slice(open.index, end))
      from = end
    }
    held = held.slice(from)
  }
}

function endOfElement(text: string, start: number, closing: RegExp): number {
  const tagEnd = text.indexOf('>', start)
  if (tagEnd < 0) return -1
  if (text[tagEnd - 1] === '/') return tagEnd + 1
  closing.lastIndex = tagEnd
  return closing.exec(text) === null ? -1 : closing.lastIndex
}
