import { createProgram } from './program.ts'
import { failWith } from './fail.ts'

try {
  await createProgram().parseAsync(process.argv)
} catch (error) {
  failWith(error)
}
