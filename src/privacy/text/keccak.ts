const RATE = 136
const ROUNDS = 24
/** Rho: how far each lane is turned, in the order in which pi visits them; and those lanes. */
const TURNS = Uint8Array.of(1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44)
const LANES = Uint8Array.of(10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1)
const CONSTANTS = roundConstants()

/**
 * Keccak-256 as Ethereum has it: the hash of the Keccak submission (padding 0x01), from before FIPS 202 changed the padding.
 * @returns 32 bytes
 */
export function keccak256(message: Uint8Array): Uint8Array {
  const padded = new Uint8Array((Math.floor(message.length / RATE) + 1) * RATE)
  padded.set(message)
  padded[message.length] = 1
  padded[padded.length - 1]! |= 0x80
  // Lanes of 64 bits as two words, the lower first.
  const state = new Uint32Array(50)
  const words = new DataView(padded.buffer)
  for (let block = 0; block < padded.length; block += RATE) {
    for (let word = 0; word < RATE / 4; word++) state[word]! ^= words.getUint32(block + word * 4, true)
    permute(state)
  }
  const hash = new DataView(new ArrayBuffer(32))
  for (let word = 0; word < 8; word++) hash.setUint32(word * 4, state[word]!, true)
  return new Uint8Array(hash.buffer)
}

function permute(state: Uint32Array): void {
  const parity = new Uint32Array(10)
  const row = new Uint32Array(10)
  for (let round = 0; round < ROUNDS; round++) {
    theta(state, parity)
    rhoAndPi(state)
    chi(state, row)
    state[0]! ^= CONSTANTS[round * 2]!
    state[1]! ^= CONSTANTS[round * 2 + 1]!
  }
}

function theta(state: Uint32Array, parity: Uint32Array): void {
  for (let i = 0; i < 10; i++) parity[i] = state[i]! ^ state[i + 10]! ^ state[i + 20]! ^ state[i + 30]! ^ state[i + 40]!
  for (let x = 0; x < 10; x += 2) {
    const before = x === 0 ? 8 : x - 2
    const after = x === 8 ? 0 : x + 2
    const low = parity[after]!
    const high = parity[after + 1]!
    const a = parity[before]! ^ ((low << 1) | (high >>> 31))
    const b = parity[before + 1]! ^ ((high << 1) | (low >>> 31))
    for (let y = x; y < 50; y += 10) {
      state[y]! ^= a
      state[y + 1]! ^= b
    }
  }
}

function rhoAndPi(state: Uint32Array): void {
  let low = state[2]!
  let high = state[3]!
  for (let i = 0; i < ROUNDS; i++) {
    const at = LANES[i]! * 2
    const turn = TURNS[i]! & 31
    const a = TURNS[i]! < 32 ? low : high
    const b = TURNS[i]! < 32 ? high : low
    low = state[at]!
    high = state[at + 1]!
    // No lane is turned by 32 exactly.
    state[at] = (a << turn) | (b >>> (32 - turn))
    state[at + 1] = (b << turn) | (a >>> (32 - turn))
  }
}

function chi(state: Uint32Array, row: Uint32Array): void {
  for (let y = 0; y < 50; y += 10) {
    for (let i = 0; i < 10; i++) row[i] = state[y + i]!
    for (let i = 0; i < 6; i++) state[y + i]! ^= ~row[i + 2]! & row[i + 4]!
    for (let i = 6; i < 8; i++) state[y + i]! ^= ~row[i + 2]! & row[i - 6]!
    for (let i = 8; i < 10; i++) state[y + i]! ^= ~row[i - 8]! & row[i - 6]!
  }
}

/** Iota: bits of a shift register of eight bits (x^8 + x^6 + x^5 + x^4 + 1), at the places 2^j - 1. */
function roundConstants(): Uint32Array {
  const constants = new Uint32Array(ROUNDS * 2)
  let register = 1
  for (let round = 0; round < ROUNDS; round++) {
    for (let j = 0; j < 7; j++) {
      const place = 2 ** j - 1
      if ((register & 1) === 1) constants[round * 2 + (place >> 5)]! ^= 1 << (place % 32)
      register = (register << 1) ^ ((register >> 7) * 0x171)
    }
  }
  return constants
}
