import { SECRET_KEPT } from '../contract/sources.ts'

/** Shorter texts stand in too many words to be looked for. */
const SHORTEST = 5

/** Takes secrets out of a text that is going to be shown or kept: as they are, in JSON, URL-encoded, and in base64. */
export function createHider(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(secrets.filter((secret) => secret.length >= SHORTEST).flatMap(formsOf))
  const longestFirst = [...forms].filter((form) => form.length >= SHORTEST).toSorted((one, other) => other.length - one.length)
  return (text) => longestFirst.reduce((hidden, form) => hidden.replaceAll(form, SECRET_KEPT), text)
}

/** Base64 of what follows or goes before other bytes begins at one of three places. */
function formsOf(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret)
  const base64 = [0, 1, 2].flatMap((shift) => {
    const text = toBase64([...Array.from({ length: shift }, () => 0), ...bytes])
    // The first and last characters depend on the neighbours as well.
    const whole = text.replaceAll('=', '').slice(shift === 0 ? 0 : shift + 1, (bytes.length + shift) % 3 === 0 ? undefined : -1)
    return [whole, whole.replaceAll('+', '-').replaceAll('/', '_')]
  })
  const encoded = encodeURIComponent(secret)
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encoded,
    encoded.replaceAll('%20', '+'),
    ...base64.filter((form) => form.length >= 8),
  ]
}

function toBase64(bytes: number[]): string {
  return btoa(String.fromCharCode(...bytes))
}
