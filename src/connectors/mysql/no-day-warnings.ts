/** What is said about dates that are no day of the calendar. */
export function noDayWarnings(stream: string, noDays: ReadonlyMap<string, number>): string[] {
  return [...noDays].map(
    ([column, count]) =>
      `${stream}.${column}: ${count} ${count === 1 ? 'value is' : 'values are'} no day of the calendar (such as 0000-00-00) and became NULL.`,
  )
}
