import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A key and a certificate for 127.0.0.1 that vouches for itself, for so many days. */
export async function ownCertificate(days = 1): Promise<{ key: string; cert: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'atlas-certificate-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const curve = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1'
  const words = `req -x509 ${curve} -nodes -days ${days} -subj /CN=test -addext subjectAltName=IP:127.0.0.1 -keyout ${key} -out ${cert}`
  await promisify(execFile)('openssl', words.split(' '))
  const made = { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') }
  await rm(folder, { recursive: true })
  return made
}
