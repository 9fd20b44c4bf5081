import type { DuckDBConnection } from '@duckdb/node-api'

/** Registers a function over one text with a DuckDB instance. Its calls leave row order and NULLs as they are; an error in `body` fails the statement. */
export async function defineTextFunction(
  connection: DuckDBConnection,
  name: string,
  body: (text: string) => string | null,
  isPure = true,
): Promise<void> {
  const { DuckDBScalarFunction, VARCHAR } = await import('@duckdb/node-api')
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name,
      returnType: VARCHAR,
      parameterTypes: [VARCHAR],
      volatile: !isPure,
      mainFunction: (_, input, output) => {
        const texts = input.getColumnVector(0)
        for (let row = 0; row < input.rowCount; row++) {
          const text = texts.getItem(row) as string | null
          // The first letter is put there by `callText`.
          output.setItem(row, text === null ? null : body(text.slice(1)))
        }
        output.flush()
      },
    }),
  )
}
