import { lookup, type LookupAddress, type LookupOptions } from 'node:dns'
import { isIP } from 'node:net'
import { AtlasError } from '../../core/errors.ts'
import { isRefusedAddress } from '../files/address.ts'

/** Names of the metadata services of clouds; most are at a link-local address, which is refused anyway. */
const METADATA_NAMES = new Set(['metadata', 'metadata.google.internal', 'metadata.goog', 'instance-data', 'instance-data.ec2.internal'])

type LookupDone = (error: Error | null, address: string | LookupAddress[], family?: number) => void

/**
 * Refuses an address that is written as a number, or the name of a metadata service, before anything is sent. Names are checked by `guardedLookup`.
 * @throws AtlasError `source.refused`
 */
export function assertAllowedUrl(url: URL): void {
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new AtlasError('source.refused', `${url.protocol} addresses are not fetched, only https: and http:.`)
  const host = url.hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
  if (METADATA_NAMES.has(host) || (isIP(host) > 0 && isRefusedAddress(host))) throw refusal(host)
}

/**
 * For `net.connect`: looks the name up and refuses it when any of its addresses is one that Atlas never fetches from. The connection goes to the very
 * addresses that were checked, so a name that changes between check and use gains nothing.
 */
export function guardedLookup(hostname: string, options: LookupOptions, done: LookupDone): void {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return done(error, [])
    const [first] = addresses
    if (first === undefined) return done(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), [])
    const bad = addresses.find(({ address }) => isRefusedAddress(address))
    if (bad !== undefined) return done(refusal(hostname, bad.address), [])
    if (options.all === true) done(null, addresses)
    else done(null, first.address, first.family)
  })
}

function refusal(host: string, address = host): AtlasError {
  const where = address === host ? `${host} is` : `${host} is at ${address},`
  return new AtlasError('source.refused', `${where} a link-local or metadata address.`)
}
