import { execFile } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { chmod, chown, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { openHome } from '../../../src/store/home.ts'
import { acquireHome } from '../../../src/store/owner-lock.ts'
import { startPostgres } from '../../../src/store/postgres-server.ts'
import { PostgresqlSettings } from '../../../src/connectors/postgresql.ts'

/** A Postgres that listens on a loopback address of its own, speaks TLS and asks for SCRAM. */
export interface TlsServer {
  settings: PostgresqlSettings
  /** Certificate of the authority that signed all others. */
  ca: string
  /** Of the role `by_certificate`. */
  client: { certificate: string; key: string }
  /** Which certificate it shows from now on. */
  show(certificate: 'valid' | 'expired' | 'other_name'): Promise<void>
  run(statement: string): Promise<void>
  stop(): Promise<void>
}

const run = promisify(execFile)
/** Under /tmp, as the user that Postgres runs as must be able to enter. */
const PARENT = '/tmp'

export async function startTlsServer(): Promise<TlsServer> {
  const folder = await mkdtemp(path.join(PARENT, 'atlas-tls-'))
  const home = await openHome(folder)
  const ownership = await acquireHome(home, { command: 'vitest' })
  // An address instead of a port: the port names the server's Unix socket too.
  const host = `127.${randomInt(1, 255)}.${randomInt(1, 255)}.${randomInt(1, 255)}`
  const server = await startPostgres(home, { durable: false, settings: { listen_addresses: host, shared_buffers: '16MB' } })
  const owner = new pg.Client(server.connection)
  await owner.connect()
  const { rows } = await owner.query<{ data: string }>(`select current_setting('data_directory') as data`)
  const data = rows[0]?.data ?? ''
  const certificates = await makeCertificates(folder, host)
  const { uid, gid } = await stat(data)
  for (const [name, text] of Object.entries(certificates.files)) {
    const target = path.join(data, name)
    await writeFile(target, text)
    await chmod(target, 0o600)
    await chown(target, uid, gid)
  }
  await writeFile(
    path.join(data, 'pg_hba.conf'),
    `local all all scram-sha-256\nhostssl all by_certificate all cert\nhost all all all scram-sha-256\n`,
  )
  await owner.query(`create role reader login password 'geheim'; create role by_certificate login`)
  await owner.query(
    `create table public.greeting (word text); insert into public.greeting values ('hej'); grant select on public.greeting to reader, by_certificate`,
  )
  const set = async (name: string, value: string) => void (await owner.query(`alter system set ${name} = '${value}'`))
  const show = async (certificate: string) => {
    await set('ssl_cert_file', `${certificate}.crt`)
    await set('ssl_key_file', `${certificate}.key`)
    await set('ssl_ca_file', 'ca.crt')
    await set('ssl', 'on')
    await owner.query('select pg_reload_conf()')
    await settled(owner, `${certificate}.crt`)
  }
  await show('valid')
  return {
    settings: PostgresqlSettings.parse({ host, database: 'postgres', user: 'reader', password: 'geheim' }),
    ca: certificates.files['ca.crt'] ?? '',
    client: certificates.client,
    show,
    run: async (statement) => void (await owner.query(statement)),
    async stop() {
      await owner.end()
      await server.stop()
      await ownership.release()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Waits until new connections have the certificate: the server reads its settings anew a moment after it is told. */
async function settled(owner: pg.Client, file: string): Promise<void> {
  for (const deadline = performance.now() + 10_000; performance.now() < deadline;) {
    const { rows } = await owner.query<{ file: string; on: string }>(
      `select current_setting('ssl_cert_file') as file, current_setting('ssl') as on, pg_sleep(0.02)`,
    )
    if (rows[0]?.file === file && rows[0].on === 'on') return
  }
  throw new Error(`the server does not show ${file}`)
}

async function makeCertificates(folder: string, host: string) {
  const at = (name: string) => path.join(folder, name)
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder })
  const files: Record<string, string> = {}
  await openssl(
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '30',
    '-subj',
    '/CN=Atlas test authority',
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
  )
  await writeFile(at('index.txt'), '')
  await writeFile(at('serial'), '01\n')
  const sign = async (name: string, subject: string, names: string, startDate: string, endDate: string) => {
    const config = `[ca]\ndefault_ca=own\n[own]\ndatabase=index.txt\nserial=serial\nnew_certs_dir=.\ncertificate=ca.crt\nprivate_key=ca.key\ndefault_md=sha256\npolicy=any\nx509_extensions=more\nunique_subject=no\n[any]\ncommonName=supplied\n[more]\nsubjectAltName=${names}\n`
    await writeFile(at(`${name}.cnf`), config)
    await openssl(
      'req',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-subj',
      subject,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
    )
    await openssl(
      'ca',
      '-batch',
      '-notext',
      '-config',
      `${name}.cnf`,
      '-in',
      `${name}.csr`,
      '-out',
      `${name}.crt`,
      '-startdate',
      startDate,
      '-enddate',
      endDate,
    )
    for (const file of [`${name}.crt`, `${name}.key`]) files[file] = await readFile(at(file), 'utf8')
  }
  await sign('valid', '/CN=valid', `IP:${host}`, '20200101000000Z', '20491231000000Z')
  await sign('expired', '/CN=expired', `IP:${host}`, '20200101000000Z', '20200102000000Z')
  await sign('other_name', '/CN=other', 'DNS:other.example.org', '20200101000000Z', '20491231000000Z')
  await sign('client', '/CN=by_certificate', 'DNS:client', '20200101000000Z', '20491231000000Z')
  files['ca.crt'] = await readFile(at('ca.crt'), 'utf8')
  return { files, client: { certificate: files['client.crt'] ?? '', key: files['client.key'] ?? '' } }
}
