import { Socket } from 'node:net'

/** Sockets whose reader takes what it needs before it returns. */
const lent = new WeakSet<object>()

/** Larger than the 64 KiB that Node reads at once: fewer turns for the same rows. */
const BUFFER_BYTES = 256 * 1024

/**
 * A socket that reads into one buffer again and again. Node would allocate a new one for each read, and collecting those costs more than copying the rows.
 * A reader gets copies unless it has said by `lend` that it keeps nothing.
 */
export function createReusedBufferSocket(): Socket {
  const socket: Socket = new Socket({
    onread: {
      buffer: Buffer.allocUnsafeSlow(BUFFER_BYTES),
      callback: (bytes, buffer) => {
        const view = Buffer.from(buffer.buffer, buffer.byteOffset, bytes)
        socket.emit('data', lent.has(socket) ? view : Buffer.from(view))
        return true
      },
    },
  })
  return socket
}

/** From now on the socket's reader may be given the buffer itself, until `takeBack`. */
export function lend(socket: object): void {
  lent.add(socket)
}

export function takeBack(socket: object): void {
  lent.delete(socket)
}
