/** A finding as the address names it: `chart.customers/email/EMAIL_ADDRESS`. A column's name may hold slashes, the others cannot. */
export function selOf({ dataset, column, entity }: { dataset: string; column: string; entity: string }): string {
  return `${dataset}/${column}/${entity}`
}

/** The parts of such an address; null where it is none. */
export function partsOf(sel: string): { dataset: string; column: string; entity: string } | null {
  const found = /^([^/]+)\/(.+)\/([A-Z0-9_]+)$/.exec(sel)
  return found === null ? null : { dataset: found[1]!, column: found[2]!, entity: found[3]! }
}
