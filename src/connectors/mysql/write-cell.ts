const BACKSLASH = 0x5c
const HEX = Buffer.from('0123456789abcdef')
/** Letters that stand for \b \t \n \v \f \r and \, by byte; 0 for every other byte. */
const ESCAPES = Uint8Array.from({ length: 256 }, (_, byte) => (byte === BACKSLASH ? BACKSLASH : (Buffer.from('btnvfr')[byte - 8] ?? 0)))

/*
 * Each writes a cell's bytes into a buffer with room enough and says where it ended. Position and buffer are arguments, not fields: the loops run for every
 * byte that is read, and this keeps both in registers.
 */

/** The bytes as they are. */
export function writePlain(target: Buffer, start: number, cell: Buffer): number {
  let at = start
  for (let index = 0; index < cell.length; index++) target[at++] = cell[index] as number
  return at
}

/** The bytes with escapes for what means something in COPY text format. */
export function writeEscaped(target: Buffer, start: number, cell: Buffer): number {
  let at = start
  for (let index = 0; index < cell.length; index++) {
    const byte = cell[index] as number
    const letter = byte < 14 || byte === BACKSLASH ? (ESCAPES[byte] as number) : 0
    if (letter === 0) target[at++] = byte
    else {
      target[at++] = BACKSLASH
      target[at++] = letter
    }
  }
  return at
}

/** The bytes from one on as hex digits. */
export function writeHex(target: Buffer, start: number, cell: Buffer, from: number): number {
  let at = start
  for (let index = from; index < cell.length; index++) {
    const byte = cell[index] as number
    target[at++] = HEX[byte >> 4] as number
    target[at++] = HEX[byte & 15] as number
  }
  return at
}
