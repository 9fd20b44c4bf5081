import { hash } from 'node:crypto'
import type { AuthPlugin } from 'mysql2'

/*
 * MariaDB's sign-in by signature, which the driver does not bring. Its key is the SHA-512 of a password of any length, where RFC 8032 (and Node) take the
 * SHA-512 of 32 bytes; the rest is RFC 8032, section 5.1. Points are in extended coordinates (x, y, z, t).
 */
const P = 2n ** 255n - 19n
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n
const D2 = 2n * 37095705934669439343138083508754565189542113879843219016388785533085940283555n
const BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202n
const BASE_Y = 46316835694926478169428394003475163141307993866256225615783033603165251855960n

type Point = readonly [bigint, bigint, bigint, bigint]

const BASE: Point = [BASE_X, BASE_Y, 1n, mod(BASE_X * BASE_Y)]
const NEUTRAL: Point = [0n, 1n, 1n, 0n]

/** The driver's plug-in `client_ed25519`: signs what the server asks to be signed. */
export function ed25519Plugin(password: string): AuthPlugin {
  return () => (challenge: Buffer) => signChallenge(Buffer.from(password), challenge.subarray(0, 32))
}

/** The signature (64 bytes) of a challenge under a password. */
export function signChallenge(password: Uint8Array, challenge: Uint8Array): Buffer {
  const digest = sha512(password)
  const scalar = Buffer.from(digest.subarray(0, 32))
  scalar[0] = (scalar[0] ?? 0) & 248
  scalar[31] = ((scalar[31] ?? 0) & 63) | 64
  const secret = number(scalar)
  const once = number(sha512(digest.subarray(32), challenge)) % ORDER
  const commitment = bytes(multiply(once))
  const publicKey = bytes(multiply(secret))
  const factor = number(sha512(commitment, publicKey, challenge)) % ORDER
  return Buffer.concat([commitment, littleEndian((once + factor * secret) % ORDER)])
}

function sha512(...parts: Uint8Array[]): Buffer {
  return hash('sha512', Buffer.concat(parts), 'buffer')
}

function mod(value: bigint): bigint {
  const rest = value % P
  return rest < 0n ? rest + P : rest
}

function number(littleEndianBytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(littleEndianBytes).reverse().toString('hex')}`)
}

function littleEndian(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse()
}

function multiply(scalar: bigint): Point {
  let [sum, power] = [NEUTRAL, BASE]
  for (let rest = scalar; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) sum = add(sum, power)
    power = add(power, power)
  }
  return sum
}

function add([x1, y1, z1, t1]: Point, [x2, y2, z2, t2]: Point): Point {
  const a = mod((y1 - x1) * (y2 - x2))
  const b = mod((y1 + x1) * (y2 + x2))
  const c = mod(t1 * D2 * t2)
  const d = mod(2n * z1 * z2)
  const [e, f, g, h] = [b - a, d - c, d + c, b + a]
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)]
}

function bytes([x, y, z]: Point): Buffer {
  const inverse = power(z, P - 2n)
  const encoded = littleEndian(mod(y * inverse))
  encoded[31] = (encoded[31] ?? 0) | (Number(mod(x * inverse) & 1n) << 7)
  return encoded
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, base]
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = mod(result * square)
    square = mod(square * square)
  }
  return result
}
