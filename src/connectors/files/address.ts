import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import { AtlasError } from '../../core/errors.ts'

/** Addresses that answer with a machine's own credentials, never with data. */
const refused = new BlockList()
refused.addSubnet('169.254.0.0', 16, 'ipv4')
refused.addAddress('100.100.100.200', 'ipv4')
refused.addAddress('168.63.129.16', 'ipv4')
refused.addAddress('192.0.0.192', 'ipv4')
refused.addAddress('0.0.0.0', 'ipv4')
refused.addSubnet('fe80::', 10, 'ipv6')
refused.addAddress('fd00:ec2::254', 'ipv6')
refused.addAddress('fd20:ce::254', 'ipv6')
refused.addAddress('::', 'ipv6')

/** Says whether Atlas never fetches from the address: link-local, and the metadata services of the clouds (IPv4 written as IPv6 too). */
export function isRefusedAddress(address: string): boolean {
  const plain = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '')
  const family = isIP(plain)
  if (family === 4) return refused.check(plain, 'ipv4')
  if (family === 6) return refused.check(plain, 'ipv6') || refusedInside(plain)
  return false
}

/** IPv4 inside of IPv6: mapped (::ffff:a.b.c.d), compatible (::a.b.c.d), NAT64 (64:ff9b::a.b.c.d), 6to4 (2002:aabb:ccdd::). */
function refusedInside(address: string): boolean {
  const groups = expand(address)
  const v4 = (high: number, low: number) => `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`
  const [first = 0, second = 0] = groups
  if (first === 0x2002) return refused.check(v4(second, groups[2] ?? 0), 'ipv4')
  const isZero = groups.slice(0, 5).every((group) => group === 0)
  const isNat64 = first === 0x64 && second === 0xff9b
  return (isZero || isNat64) && refused.check(v4(groups[6] ?? 0, groups[7] ?? 0), 'ipv4')
}

function expand(address: string): number[] {
  const dotted = address.replace(
    /(\d+)\.(\d+)\.(\d+)\.(\d+)$/,
    (_, a: string, b: string, c: string, d: string) =>
      `${(Number(a) * 256 + Number(b)).toString(16)}:${(Number(c) * 256 + Number(d)).toString(16)}`,
  )
  const [left = '', right] = dotted.split('::')
  const parse = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)))
  if (right === undefined) return parse(left)
  const [head, tail] = [parse(left), parse(right)]
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail]
}

/**
 * Resolves the host and refuses it when any of its addresses is one that Atlas never fetches from.
 * @throws AtlasError `source.refused`, `source.unreachable`
 */
export async function assertAllowedHost(url: URL): Promise<void> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(host) > 0 ? [host] : await resolve(host)
  const bad = addresses.find(isRefusedAddress)
  if (bad === undefined) return
  throw new AtlasError('source.refused', `${url.host} is at ${bad}, a link-local or metadata address.`)
}

async function resolve(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address)
  } catch (error) {
    throw new AtlasError('source.unreachable', `The host ${host} is not known.`, { cause: error })
  }
}
