/** True when the first line that is not blank is a whole JSON object and the text is not one object over several lines. */
export function looksLikeNdjson(text: string): boolean {
  const [first] = text.split(/\r?\n/, 200).filter((line) => line.trim() !== '')
  if (first === undefined || !first.trimStart().startsWith('{')) return false
  try {
    JSON.parse(first)
    return true
  } catch {
    return false
  }
}
