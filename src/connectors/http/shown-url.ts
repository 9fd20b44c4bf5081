/**
 * An address for people, logs and errors: without credentials and fragment, and with the names of its query parameters but not their values, any of
 * which may be a secret.
 */
export function shownUrl(url: URL): string {
  const names = [...new Set(url.searchParams.keys())].map((name) => `${encodeURIComponent(name)}=…`)
  return `${url.protocol}//${url.host}${url.pathname}${names.length === 0 ? '' : `?${names.join('&')}`}`
}
