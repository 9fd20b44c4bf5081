import { AtlasError } from '../../core/errors.ts'

/**
 * Refuses a file in which a name or value has the character NUL, which no database stores: dropping it would make another name of it.
 * @throws AtlasError `quality.import_unreadable` naming the file and the place
 */
export function refuseNul(content: unknown, file: string): void {
  const place = placeOfNul(content, '')
  if (place === null) return
  throw new AtlasError(
    'quality.import_unreadable',
    `${file} has the character NUL in ${place === '' ? 'a key' : place}; take it out and import it again.`,
  )
}

/** Where it stands, such as `models[0].name`; null where it does not. */
function placeOfNul(value: unknown, at: string): string | null {
  if (typeof value === 'string') return value.includes('\0') ? at : null
  if (typeof value !== 'object' || value === null) return null
  for (const [key, inner] of Object.entries(value)) {
    const step = Array.isArray(value) ? `${at}[${key}]` : at === '' ? key : `${at}.${key}`
    const place = key.includes('\0') ? at : placeOfNul(inner, step)
    if (place !== null) return place
  }
  return null
}
