import { createReadStream, createWriteStream } from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Transform } from 'node:stream'
import type { Dialect } from './parse-records.ts'
import { copyError } from './plain-text.ts'

let copies = 0

/**
 * A copy of a delimited file whose records all end in LF, for files that mix line ends. A carriage return that stands alone within a record is data: its field is put in quotes.
 * Records keep their order and, apart from their ends, their text.
 */
export async function plainNewlines(
  plain: string,
  dialect: Dialect,
  { scratch, signal }: { scratch: string; signal: AbortSignal },
): Promise<string> {
  const target = path.join(scratch, `even-${++copies}`)
  const even = createEvener(dialect)
  const transform = new Transform({
    decodeStrings: false,
    transform: (chunk: Buffer, _encoding, done) => done(null, Buffer.from(even.push(chunk.toString('latin1')), 'latin1')),
    flush: (done) => done(null, Buffer.from(even.end(), 'latin1')),
  })
  try {
    await pipeline(createReadStream(plain, { highWaterMark: 1 << 20 }), transform, createWriteStream(target), { signal })
  } catch (error) {
    throw copyError(error, path.basename(plain), signal)
  }
  return target
}

/** Works on bytes as Latin-1 text, so that wrong UTF-8 passes through as it is. */
function createEvener({ delimiter, quote, escape }: Dialect) {
  const separator = Buffer.from(delimiter).toString('latin1')
  let field = ''
  let isQuoted = false
  let isOpen = false
  let held = ''
  const flushField = (): string => {
    const out = !isQuoted && quote !== '' && field.includes('\r') ? quote + field.replaceAll(quote, escape + quote) + quote : field
    field = ''
    isQuoted = false
    isOpen = false
    return out
  }
  const step = (text: string, last: boolean): string => {
    let out = ''
    let at = 0
    for (; at < text.length; at++) {
      const char = text[at] ?? ''
      // A carriage return or an escape needs the character after it.
      if (at === text.length - 1 && !last && (char === '\r' || char === escape || char === separator[0])) break
      if (isOpen) {
        if (char === escape && text[at + 1] !== undefined && (escape !== quote || text[at + 1] === quote)) {
          field += char + (text[at + 1] ?? '')
          at++
          continue
        }
        if (char === quote) isOpen = false
        field += char
      } else if (quote !== '' && char === quote && field === '') {
        isQuoted = isOpen = true
        field = char
      } else if (char === '\n' || (char === '\r' && text[at + 1] === '\n')) {
        out += `${flushField()}\n`
        if (char === '\r') at++
      } else if (text.startsWith(separator, at)) {
        out += flushField() + separator
        at += separator.length - 1
      } else field += char
    }
    held = text.slice(at)
    return out
  }
  return {
    push: (chunk: string): string => step(held + chunk, false),
    end: (): string => {
      const rest = step(held, true).replace(/\r$/, '')
      const tail = flushField()
      return rest + (tail.endsWith('\r') && !tail.startsWith(quote) ? tail.slice(0, -1) : tail)
    },
  }
}
