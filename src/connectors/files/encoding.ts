import { isAscii, isUtf8 } from 'node:buffer'
import type { Reading } from '../../contract/uploads.ts'

/** What the bytes of a text say about their encoding. */
export interface EncodingFound {
  encoding: Reading['encoding']
  /** Bytes of the byte order mark. */
  bomBytes: number
}

/** UTF-8 sequences of more than one byte that are right, and bytes that fit nowhere. */
export interface Utf8Count {
  multiByte: number
  invalid: number
}

/**
 * Finds the encoding: a byte order mark, else zero bytes on one side of each pair (UTF-16), else valid UTF-8, else windows-1252. Text with both right
 * UTF-8 sequences and wrong bytes stays UTF-8: its broken rows are refused one by one.
 * @param windows pieces of the file, the first from its start; later ones may start and end within a character
 */
export function findEncoding(windows: readonly Buffer[]): EncodingFound {
  const prefix = windows[0] ?? Buffer.alloc(0)
  if (prefix[0] === 0xef && prefix[1] === 0xbb && prefix[2] === 0xbf) return { encoding: 'utf-8', bomBytes: 3 }
  if (prefix[0] === 0xff && prefix[1] === 0xfe) return { encoding: 'utf-16le', bomBytes: 2 }
  if (prefix[0] === 0xfe && prefix[1] === 0xff) return { encoding: 'utf-16be', bomBytes: 2 }
  const wide = findUtf16(prefix)
  if (wide !== null) return { encoding: wide, bomBytes: 0 }
  const total = windows
    .map(countUtf8)
    .reduce((a, b) => ({ multiByte: a.multiByte + b.multiByte, invalid: a.invalid + b.invalid }), { multiByte: 0, invalid: 0 })
  return { encoding: looksLikeUtf8(total) ? 'utf-8' : 'windows-1252', bomBytes: 0 }
}

/** Some wrong bytes among many right sequences are damage; otherwise the text is not UTF-8. */
export function looksLikeUtf8({ multiByte, invalid }: Utf8Count): boolean {
  return invalid === 0 || multiByte > invalid
}

function findUtf16(prefix: Buffer): 'utf-16le' | 'utf-16be' | null {
  const length = Math.min(prefix.length, 4096) & ~1
  if (length < 2) return null
  let even = 0
  let odd = 0
  for (let at = 0; at < length; at += 2) {
    if (prefix[at] === 0) even++
    if (prefix[at + 1] === 0) odd++
  }
  const pairs = length / 2
  if (odd > pairs * 0.3 && even < pairs * 0.05) return 'utf-16le'
  if (even > pairs * 0.3 && odd < pairs * 0.05) return 'utf-16be'
  return null
}

/** Counts in a piece of text; a sequence cut by either end of the piece counts as nothing. */
export function countUtf8(piece: Buffer): Utf8Count {
  let start = 0
  while (start < 3 && start < piece.length && ((piece[start] ?? 0) & 0xc0) === 0x80) start++
  const bytes = withoutCutEnd(piece.subarray(start))
  if (isAscii(bytes)) return { multiByte: 0, invalid: 0 }
  if (isUtf8(bytes)) return { multiByte: leadBytes(bytes), invalid: 0 }
  let multiByte = 0
  let invalid = 0
  for (let at = 0; at < bytes.length;) {
    const size = sequenceSize(bytes[at] ?? 0)
    if (size === 0 || (size > 1 && !isUtf8(bytes.subarray(at, at + size)))) {
      invalid++
      at++
      continue
    }
    if (size > 1) multiByte++
    at += size
  }
  return { multiByte, invalid }
}

function withoutCutEnd(bytes: Buffer): Buffer {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return bytes
    if (byte >= 0xc0) return bytes.subarray(0, sequenceSize(byte) > back ? bytes.length - back : bytes.length)
  }
  return bytes
}

/** Bytes of the UTF-8 sequence that starts with this byte; 0 when none does. */
function sequenceSize(first: number): number {
  if (first < 0x80) return 1
  if (first < 0xc2 || first > 0xf4) return 0
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
}

function leadBytes(bytes: Buffer): number {
  let count = 0
  for (let at = 0; at < bytes.length; at++) if (((bytes[at] ?? 0) & 0xc0) === 0xc0) count++
  return count
}

/** A streaming decoder to text, without the byte order mark. Throws a TypeError for bytes that UTF-16 does not allow. */
export function decoderOf(encoding: Reading['encoding']): (chunk: Buffer | null) => string {
  // WHATWG reads the label iso-8859-1 as windows-1252; Latin-1 proper is one byte, one code point.
  if (encoding === 'iso-8859-1') return (chunk) => chunk?.toString('latin1') ?? ''
  if (encoding === 'windows-1252') return (chunk) => (chunk === null ? '' : decodeWindows1252(chunk))
  const decoder = new TextDecoder(encoding, { fatal: encoding !== 'utf-8' })
  return (chunk) => (chunk === null ? decoder.decode() : decoder.decode(chunk, { stream: true }))
}

// Code points of bytes 0x80 to 0x9F by https://encoding.spec.whatwg.org/index-windows-1252.txt; the five undefined bytes stand for themselves.
const HIGH = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

function decodeWindows1252(chunk: Buffer): string {
  return chunk.toString('latin1').replace(/[\u0080-\u009f]/g, (char) => HIGH.charAt(char.charCodeAt(0) - 0x80))
}
