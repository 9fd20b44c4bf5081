import { getCACertificates } from 'node:tls'
import type { Agent } from 'undici'
import { guardedLookup } from './address-guard.ts'

/** How connections are made: certificates checked, names looked up and checked before use. */
export function agentOptions(
  tls: { ca?: string | undefined; insecure?: boolean | undefined } | undefined,
  timeoutMs: number,
): Agent.Options {
  return {
    allowH2: false,
    maxHeaderSize: 65_536,
    keepAliveTimeout: 4000,
    connect: {
      timeout: Math.min(timeoutMs, 30_000),
      lookup: guardedLookup,
      rejectUnauthorized: tls?.insecure !== true,
      ...(tls?.ca === undefined ? {} : { ca: [...getCACertificates('default'), tls.ca] }),
    },
  }
}
