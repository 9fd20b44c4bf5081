/** Arguments, and which of them somebody asked for. */
export interface Watched {
  args: Record<string, unknown>
  /** Names of arguments that say something and that nobody asked for. */
  unread(): string[]
}

/** Arguments that say nothing about which rows fail: how a result is shown or stored, how names are quoted, what is stated elsewhere. */
const silent = new Set(
  `name test_name description config arguments meta tags column column_name model severity enabled limit
  where warn_if error_if fail_calc row_condition condition_parser store_failures store_failures_as database schema alias
  quote quote_columns quote_values is_raw transform result_format catch_exceptions include_config output_strftime_format
  parse_strings_as_datetimes allow_cross_type_comparisons batch_id mostly type kwargs id notes expectation_type
  rendered_content expectation_context group docs ignore_row_if relation`.split(/\s+/),
)

/** Said of an argument that the rule was made without. */
export const UNREAD = 'Atlas does not know this argument; the rule stands without it'

/** Watches what is read of arguments, so that nothing of a file is left out in silence. A false or missing one says nothing. */
export function watchReads(args: Record<string, unknown>): Watched {
  const read = new Set<string>()
  return {
    args: new Proxy(args, {
      get: (target, key) => {
        if (typeof key === 'string') read.add(key)
        return Reflect.get(target, key) as unknown
      },
    }),
    unread: () =>
      Object.entries(args)
        .filter(([key, value]) => !read.has(key) && !silent.has(key) && value !== null && value !== undefined && value !== false)
        .map(([key]) => key),
  }
}
