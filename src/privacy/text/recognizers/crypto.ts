import { createHash } from 'node:crypto'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]
/** What the checksum leaves: 1 for bech32 (BIP 173, witness version 0), the other for bech32m (BIP 350, later versions). */
const REMAINDERS = { bech32: 1, bech32m: 0x2bc830a3 }

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}

/** Base58Check: 25 bytes, the last four of which begin the double SHA-256 of the others. */
function passesBase58Check(address: string): boolean {
  let number = 0n
  for (const character of address) number = number * 58n + BigInt(BASE58.indexOf(character))
  const hex = number.toString(16)
  if (hex.length > 50) return false
  const bytes = Buffer.from(hex.padStart(50, '0'), 'hex')
  return sha256(sha256(bytes.subarray(0, 21)))
    .subarray(0, 4)
    .equals(bytes.subarray(21))
}

function polymod(values: readonly number[]): number {
  let check = 1
  for (const value of values) {
    const top = check >>> 25
    check = ((check & 0x1ffffff) << 5) ^ value
    for (const [bit, generator] of GENERATOR.entries()) if (((top >>> bit) & 1) === 1) check ^= generator
  }
  return check >>> 0
}

function passesBech32(address: string): boolean {
  if (address !== address.toLowerCase() && address !== address.toUpperCase()) return false
  const lower = address.toLowerCase()
  const data = Array.from(lower.slice(3), (character) => BECH32.indexOf(character))
  const human = [3, 3, 0, 2, 3] // "bc": the high bits, a zero, the low bits
  return polymod([...human, ...data]) === (data[0] === 0 ? REMAINDERS.bech32 : REMAINDERS.bech32m)
}

/** EIP-55: a letter is upper case where the hash of the address has 8 or more. In one case alone there is no checksum. */
function passesMixedCase(address: string): boolean | null {
  const hex = address.slice(2)
  const lower = hex.toLowerCase()
  if (hex === lower || hex === hex.toUpperCase()) return null
  const hash = Buffer.from(keccak_256(Buffer.from(lower))).toString('hex')
  return [...lower].every((digit, index) => hex[index] === ((hash[index] ?? '0') >= '8' ? digit.toUpperCase() : digit))
}

function verdict(match: string): boolean | null {
  if (match.startsWith('0x')) return passesMixedCase(match)
  return /^bc1/i.test(match) ? passesBech32(match) : passesBase58Check(match)
}

/** A Bitcoin address with a good checksum, or an Ethereum address whose checksum is not wrong. */
export const crypto = defineTextRecognizer({
  id: 'crypto',
  entity: 'CRYPTO',
  title: 'Bitcoin or Ethereum address',
  source: 'Bitcoin Base58Check (P2PKH, P2SH), BIP 173 (bech32) and BIP 350 (bech32m); Ethereum EIP-55',
  presidio: 'CryptoRecognizer',
  locale: 'global',
  languages: [],
  gate: { digits: 1 },
  patterns: [
    { name: 'Base58Check', regex: alone('[13][1-9A-HJ-NP-Za-km-z]{25,34}'), score: 0.5, caseSensitive: true },
    { name: 'bech32', regex: alone('bc1[02-9ac-hj-np-z]{8,87}'), score: 0.5 },
    { name: 'Ethereum', regex: alone('0x[0-9A-Fa-f]{40}'), score: 0.5, caseSensitive: true },
  ],
  validate: verdict,
  context: ['wallet', 'btc', 'bitcoin', 'eth', 'ethereum', 'crypto', 'krypto', 'tegnebog', 'address', 'adresse'],
  examples: {
    found: [
      'bc1p5d7rjq7g6rdk2yhzks9smlaqtedr4dekq08ge8ztwac72sfr9rusxg3297',
      '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
      '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
      '0xde709f2102306220921060314715629080e2fb77',
    ],
    ignored: [
      '16Yeky6GMjeNkAiNcBY7ZhrLoMSgg1BoyZ2',
      'bc1p5d7rjq7g6rdk2yhzks9smlaqtedr4dekq08ge8ztwac72sfr9rusxg3298',
      '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeaEd',
      '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed0',
    ],
  },
})
