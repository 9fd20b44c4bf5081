import { defineTextRecognizer, type Verdict } from '../text-recognizer.ts'

/** The first part is an object with an algorithm, in base64url. */
function validate(match: string): Verdict {
  const [header = ''] = match.split('.')
  try {
    const fields: unknown = JSON.parse(Buffer.from(header, 'base64url').toString('utf8'))
    return typeof fields === 'object' && fields !== null && ('alg' in fields || 'enc' in fields || 'typ' in fields)
  } catch {
    return false
  }
}

/** A signed or encrypted token, which gives access and as a rule names its user. */
export const jwt = defineTextRecognizer({
  id: 'jwt',
  entity: 'JWT',
  title: 'JSON web token',
  source: 'RFC 7515 section 3.1 and RFC 7516 section 3.1 (compact serialisation), RFC 7519',
  presidio: null,
  locale: 'global',
  languages: [],
  gate: { text: ['eyj'] },
  patterns: [
    {
      name: 'compact serialisation',
      regex:
        '(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,2000}\\.[A-Za-z0-9_-]{0,8000}\\.[A-Za-z0-9_-]{0,2000}(?:\\.[A-Za-z0-9_-]{0,8000}\\.[A-Za-z0-9_-]{0,200})?(?![A-Za-z0-9_-])',
      score: 0.9,
      caseSensitive: true,
    },
  ],
  validate,
  context: ['jwt', 'bearer', 'token', 'authorization', 'id_token', 'access_token'],
  examples: {
    found: [
      ['eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9', 'eyJzdWIiOiIxMjM0NTY3ODkwIn0', 'dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U'].join('.'),
    ],
    ignored: ['eyJub3QiOiJhIHRva2VuIn0', 'eyJhYmNkZWZnaGlqa2w.abc.def'],
  },
})
