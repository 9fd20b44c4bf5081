import { defineTextRecognizer } from '../text-recognizer.ts'

const LABEL = '(?:RSA |EC |DSA |OPENSSH |ENCRYPTED |PGP )?PRIVATE KEY(?: BLOCK)?'

/** A private key in PEM; one that breaks off counts as well. */
/** Put in from here, so that no file of the repository holds a line that looks like a key. */
const KEY = 'PRIVATE KEY'

export const privateKey = defineTextRecognizer({
  id: 'private-key',
  entity: 'PRIVATE_KEY',
  title: 'Private key',
  source: 'RFC 7468 (PEM), RFC 5958, OpenSSH PROTOCOL.key, RFC 9580 (ASCII armour), PuTTY key files',
  presidio: null,
  locale: 'global',
  languages: [],
  gate: { text: ['private key', 'putty-user-key-file', 'private-lines'] },
  patterns: [
    { name: 'PEM', regex: `-----BEGIN ${LABEL}-----[^-]{0,20000}(?:-----END ${LABEL}-----)?`, score: 1, caseSensitive: true },
    { name: 'PuTTY', regex: 'PuTTY-User-Key-File-[23]:[^\\0]{0,4000}?Private-MAC: [0-9a-f]{40,64}', score: 1, caseSensitive: true },
  ],
  context: ['key', 'nøgle', 'ssh', 'pem'],
  examples: {
    found: [
      `-----BEGIN RSA ${KEY}-----\nMIIEpAIBAAKCAQEA\n-----END RSA ${KEY}-----`,
      `-----BEGIN ${KEY}-----\\nMIIEvQIBADANBg\\n-----END ${KEY}-----`,
    ],
    ignored: ['-----BEGIN PUBLIC KEY-----\nMIIBIjAN\n-----END PUBLIC KEY-----', 'the private key is kept elsewhere'],
  },
})
