/** HTML that is safe to put on a page. */
export interface Html {
  html: string
}

/** Template tag: text goes in escaped, `Html` and lists of it as they are. */
export function html(parts: TemplateStringsArray, ...values: (string | number | Html | Html[])[]): Html {
  const render = (value: string | number | Html | Html[]): string =>
    Array.isArray(value) ? value.map((one) => one.html).join('') : typeof value === 'object' ? value.html : escapeHtml(String(value))
  return { html: parts.map((part, index) => part + (index < values.length ? render(values[index] ?? '') : '')).join('') }
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
