import { sql } from 'kysely'
import { openHome } from '../../../src/store/home.ts'
import { openStore } from '../../../src/store/open-store.ts'
import { acquireHome } from '../../../src/store/owner-lock.ts'
import { readPidFile } from '../../../src/store/postgres-pid-file.ts'

/** Opens the store of the home named, tells the pids, and closes it in order on SIGINT. */
const home = await openHome(process.argv[2] ?? '')
const ownership = await acquireHome(home, { command: 'test' })
const store = await openStore(home)
await sql`create table if not exists notes (text text)`.execute(store.db)
await sql`insert into notes values ('kept')`.execute(store.db)
process.once('SIGINT', () => {
  void (async () => {
    const { rows } = await sql<{ text: string }>`select text from notes limit 1`.execute(store.db)
    process.stdout.write(`${rows[0]?.text}\n`)
    await store.close()
    await ownership.release()
    process.exit(0)
  })()
})
process.stdout.write(`${JSON.stringify({ uid: process.getuid?.(), postgres: (await readPidFile(`${home.postgres}/data`))?.pid })}\n`)
setInterval(() => undefined, 1000)
