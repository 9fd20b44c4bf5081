/** The object with a text set under a key, or without the key when the text is empty. */
export function withText<T extends object, K extends keyof T>(value: T, key: K, text: string): T {
  const { [key]: _, ...rest } = value
  return (text === '' ? rest : { ...rest, [key]: text }) as T
}
