import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { crc32, createInflateRaw } from 'node:zlib'
import { AtlasError } from '../../core/errors.ts'

export interface ZipEntry {
  name: string
  method: number
  crc: number
  packedBytes: number
  offset: number
}

/**
 * The entries of a ZIP archive by its central directory (PKWARE APPNOTE 4.3.12, with ZIP64), by name.
 * @throws AtlasError `file.truncated`, `file.corrupt`
 */
export async function zipEntries(path: string, shown: string): Promise<Map<string, ZipEntry>> {
  const { size } = await stat(path)
  const tailStart = Math.max(0, size - 65_557 - 20)
  const tail = await readAt(path, tailStart, size - tailStart)
  const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]))
  if (end < 0) throw new AtlasError('file.truncated', `${shown} has no end of its ZIP directory, so a part of it is missing.`)
  let start = tail.readUInt32LE(end + 16)
  let length = tail.readUInt32LE(end + 12)
  if (start === 0xffffffff || length === 0xffffffff) {
    const locator = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 6, 7]))
    if (locator < 0) throw new AtlasError('file.corrupt', `${shown} has a broken ZIP directory.`)
    const wide = await readAt(path, Number(tail.readBigUInt64LE(locator + 8)), 56)
    length = Number(wide.readBigUInt64LE(40))
    start = Number(wide.readBigUInt64LE(48))
  }
  if (start + length > size) throw new AtlasError('file.truncated', `${shown} is shorter than its ZIP directory says.`)
  return parseDirectory(await readAt(path, start, length), shown)
}

function parseDirectory(directory: Buffer, shown: string): Map<string, ZipEntry> {
  const entries = new Map<string, ZipEntry>()
  for (let at = 0; at + 46 <= directory.length;) {
    if (directory.readUInt32LE(at) !== 0x02014b50) throw new AtlasError('file.corrupt', `${shown} has a broken ZIP directory.`)
    const nameLength = directory.readUInt16LE(at + 28)
    const extraLength = directory.readUInt16LE(at + 30)
    const name = directory.toString('utf8', at + 46, at + 46 + nameLength).replaceAll('\\', '/')
    const extra = directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength)
    const sizes = {
      packed: directory.readUInt32LE(at + 20),
      full: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
    }
    const { packed, offset } = withZip64(sizes, extra)
    entries.set(name, { name, method: directory.readUInt16LE(at + 10), crc: directory.readUInt32LE(at + 16), packedBytes: packed, offset })
    at += 46 + nameLength + extraLength + directory.readUInt16LE(at + 32)
  }
  return entries
}

function withZip64(sizes: { packed: number; full: number; offset: number }, extra: Buffer): { packed: number; offset: number } {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue
    let field = at + 4
    const next = (value: number) => {
      if (value !== 0xffffffff) return value
      field += 8
      return Number(extra.readBigUInt64LE(field - 8))
    }
    next(sizes.full)
    return { packed: next(sizes.packed), offset: next(sizes.offset) }
  }
  return sizes
}

/**
 * An entry's bytes, unpacked as a stream and compared with its checksum at the end.
 * @throws AtlasError `file.corrupt`, `file.truncated`
 */
export async function* unzip(path: string, entry: ZipEntry, shown: string): AsyncGenerator<Buffer> {
  const head = await readAt(path, entry.offset, 30)
  if (head.length < 30 || head.readUInt32LE(0) !== 0x04034b50)
    throw new AtlasError('file.corrupt', `${shown} has a broken ZIP entry ${entry.name}.`)
  if (entry.method !== 0 && entry.method !== 8)
    throw new AtlasError('file.corrupt', `${shown} packs ${entry.name} by method ${entry.method}, which is not known.`)
  const start = entry.offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28)
  if (entry.packedBytes === 0) return
  const packed = createReadStream(path, { start, end: start + entry.packedBytes - 1, highWaterMark: 1 << 18 })
  const plain = entry.method === 0 ? packed : packed.pipe(createInflateRaw({ chunkSize: 1 << 18 }))
  packed.on('error', (error) => plain.destroy(error))
  let sum = 0
  try {
    for await (const chunk of plain as AsyncIterable<Buffer>) {
      sum = crc32(chunk, sum)
      yield chunk
    }
  } catch (error) {
    if (error instanceof AtlasError) throw error
    throw new AtlasError('file.corrupt', `${shown} has a broken ZIP entry ${entry.name}.`, { cause: error })
  } finally {
    packed.destroy()
  }
  if (sum !== entry.crc) throw new AtlasError('file.corrupt', `The checksum of ${entry.name} in ${shown} does not match.`)
}

async function readAt(path: string, start: number, length: number): Promise<Buffer> {
  const handle = await open(path, 'r')
  try {
    const buffer = Buffer.alloc(length)
    const { bytesRead } = await handle.read(buffer, 0, length, start)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}
