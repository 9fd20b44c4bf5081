import { isObject } from '../../schema-form/json-schema.ts'
import { suggestName } from '../uploads/draft.ts'

/** Settings that tell one source from another, the most telling first. */
const TELLING = ['database', 'dbname', 'spreadsheet', 'name', 'path', 'base_url', 'baseUrl', 'instance_url', 'host', 'url']

/** A name from the settings that no source has yet: the database, the file, else the host, else the kind. */
export function suggestSourceName(connector: string, settings: Record<string, unknown>, taken: readonly string[]): string {
  const flat = {
    ...settings,
    ...Object.fromEntries(
      Object.values(settings)
        .filter(isObject)
        .flatMap((inner) => Object.entries(inner)),
    ),
  }
  const told = TELLING.map((key) => flat[key]).find((value) => typeof value === 'string' && value.trim() !== '') as string | undefined
  const base = told === undefined || LONG_ID.test(shortOf(told)) ? connector : suggestName(shortOf(told.trim()))
  const free = (name: string) => !taken.includes(name)
  if (free(base)) return base
  for (let number = 2; ; number++) if (free(`${base.slice(0, 59)}_${number}`)) return `${base.slice(0, 59)}_${number}`
}

/** Nobody remembers a generated id. */
const LONG_ID = /^[\w-]{30,}$/

/** The last part of a path, the host of an address without what every host begins with, or the id of a spreadsheet. */
function shortOf(told: string): string {
  const sheet = /\/spreadsheets\/d\/([\w-]+)/.exec(told)
  if (sheet !== null) return sheet[1]!
  const address = /^\w+:\/\/(?:www\.|api\.)?([^/:?#]+)/.exec(told)
  if (address !== null) return address[1]!.replace(/\.\w+$/, '')
  return told.split(/[\\/]/).findLast((part) => part !== '' && !part.includes('*')) ?? told
}
