import { hash, verify } from '@node-rs/argon2'

/** OWASP Password Storage Cheat Sheet: argon2id (the library's default) with 19 MiB, two passes, one lane. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** The hash of a password that nobody has, so that an unknown user costs as much time as a known one. */
let decoy: Promise<string> | undefined

/** argon2id in PHC form. */
export async function hashPassword(password: string): Promise<string> {
  return turn(() => hash(password.normalize('NFKC'), parameters))
}

/** Whether the password is the one hashed. A user without hash (unknown, or no password yet) takes as long and is never right. */
export async function verifyPassword(password: string, passwordHash: string | null): Promise<boolean> {
  decoy ??= hash('a password that is nobody’s', parameters)
  const against = passwordHash ?? (await decoy)
  const right = await turn(() => verify(against, password.normalize('NFKC')))
  return right && passwordHash !== null
}

const waiting: (() => void)[] = []
let free = 2

/** Two at a time: a flood of sign-ins must neither take all memory nor all threads of the pool that also does file and database work. */
async function turn<T>(work: () => Promise<T>): Promise<T> {
  if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve))
  else free--
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next === undefined) free++
    else next()
  }
}
