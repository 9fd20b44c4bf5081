import { X509Certificate } from 'node:crypto'

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** When the certificates in a text end (PEM, RFC 7468). What is none, or cannot be read, is left out. */
export function certificateEnds(text: string): Date[] {
  return (text.match(CERTIFICATE) ?? []).flatMap((block) => {
    try {
      return [new X509Certificate(block).validToDate]
    } catch {
      // What cannot be read is refused where it is used.
      return []
    }
  })
}
