/** Prints a value as one line of JSON where `--json` asks for it. @returns whether it did */
export function printedJson({ json }: { json?: boolean }, value: unknown): boolean {
  if (json === true) process.stdout.write(`${JSON.stringify(value)}\n`)
  return json === true
}
