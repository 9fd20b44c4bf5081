import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')

/**
 * Writes generated files, or with `check` only compares: then a file that differs from what would be written is named on stderr and the
 * process will end with exit code 1.
 * @param files content by path from the repository's root
 */
export async function writeOrCheck(files: ReadonlyMap<string, string | Uint8Array>, check: boolean): Promise<void> {
  for (const [name, content] of files) {
    const place = path.join(root, name)
    const wanted = Buffer.from(content as Uint8Array)
    const present = await readFile(place).catch(() => null)
    if (present?.equals(wanted) === true) continue
    if (check) {
      console.error(`${name} is not what its generator makes; run: npm run generate`)
      process.exitCode = 1
    } else {
      await mkdir(path.dirname(place), { recursive: true })
      await writeFile(place, wanted)
      console.error(`${name} written`)
    }
  }
}
