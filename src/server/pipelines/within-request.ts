import { AtlasError } from '../../core/errors.ts'

/**
 * Does work about a part of the request: what goes wrong in it is said of that place, or more exactly below it where the error says so itself.
 * @param pointer JSON Pointer of the part in the request
 */
export async function withinRequest<T>(pointer: string, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof AtlasError)) throw error
    const fields =
      error.fields.length === 0
        ? [{ pointer, detail: error.message }]
        : error.fields.map(({ pointer: place, detail }) => ({ pointer: place.replace(/^\/body(?=\/|$)/, pointer), detail }))
    throw new AtlasError(error.code, error.message, { cause: error, next: error.next, fields })
  }
}
