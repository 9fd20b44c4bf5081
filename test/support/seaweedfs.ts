import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { describe } from 'vitest'
import { findSeaweedfs } from '../../scripts/seaweedfs.ts'

/** A real S3-compatible store, on a free port of this machine. */
export interface TestStore {
  endpoint: string
  port: number
  accessKeyId: string
  secretAccessKey: string
  /** What a person would set for it, beside ATLAS_LAKE_URL. */
  env: Record<string, string>
  client: S3Client
  /** A new empty bucket. */
  createBucket(): Promise<string>
  stop(): Promise<void>
}

const program = findSeaweedfs()
if (program === null) console.warn('Tests of the lake on an object store are skipped: SeaweedFS is not there (npm test brings it).')

/** Like `describe`, for tests that need a store; they are skipped where there is none. */
export const describeStore: typeof describe | typeof describe.skip = program === null ? describe.skip : describe

const [accessKeyId, secretAccessKey] = ['AKIAOFTHETESTRUN', 'secret-of-the-test-run']
/** Another key of the same user, to change to. */
export const SECOND_KEY = { accessKeyId: 'AKIASECONDOFTHERUN', secretAccessKey: 'second-secret-of-the-test-run' }

/** Starts SeaweedFS; takes about three seconds. It ends when it is told to, and when this process has ended in whichever way. */
export async function startStore(): Promise<TestStore> {
  const folder = await mkdtemp('/tmp/atlas-test-seaweedfs-')
  const credentials = [{ accessKey: accessKeyId, secretKey: secretAccessKey }, toKey(SECOND_KEY)]
  const actions = ['Admin', 'Read', 'Write', 'List', 'Tagging']
  await writeFile(path.join(folder, 's3.json'), JSON.stringify({ identities: [{ name: 'atlas', credentials, actions }] }))
  const ports = await freePorts(8)
  const [port = 0] = ports
  const stop = startWatched(folder, ports)
  const endpoint = `http://127.0.0.1:${port}`
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } })
  await untilReady(client, folder)
  let buckets = 0
  return {
    endpoint,
    port,
    accessKeyId,
    secretAccessKey,
    env: { ATLAS_S3_ENDPOINT: endpoint, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
    client,
    async createBucket() {
      const bucket = `test-${(buckets += 1)}`
      await client.send(new CreateBucketCommand({ Bucket: bucket }))
      return bucket
    },
    async stop() {
      client.destroy()
      stop()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
      await Promise.all(ports.map((number) => removeSockets(number)))
    },
  }
}

function toKey(key: typeof SECOND_KEY): { accessKey: string; secretKey: string } {
  return { accessKey: key.accessKeyId, secretKey: key.secretAccessKey }
}

/** The server in a shell that ends it once the test run is gone: also when that was killed. @returns ends it */
function startWatched(folder: string, [s3, s3Grpc, master, masterGrpc, volume, volumeGrpc, filer, filerGrpc]: number[]): () => void {
  const args = ['-logtostderr=true', 'server', '-ip=127.0.0.1', '-ip.bind=127.0.0.1', `-dir=${folder}`]
  args.push(`-master.port=${master}`, `-master.port.grpc=${masterGrpc}`, '-master.telemetry=false', '-master.volumeSizeLimitMB=64')
  args.push(`-volume.port=${volume}`, `-volume.port.grpc=${volumeGrpc}`, '-volume.max=0')
  args.push(`-filer.port=${filer}`, `-filer.port.grpc=${filerGrpc}`, `-filer.localSocket=${folder}/filer.sock`)
  args.push('-s3', `-s3.port=${s3}`, `-s3.port.grpc=${s3Grpc}`, `-s3.config=${folder}/s3.json`, `-s3.localSocket=${folder}/s3.sock`)
  args.push('-s3.port.iceberg=0', '-s3.port.lance=0', '-s3.iam=false', '-s3.autoCreateBucket=false')
  const script = `"$@" >"${folder}/log" 2>&1 & server=$!
    trap 'kill -9 $server' TERM
    while kill -0 "${process.pid}" 2>/dev/null && kill -0 $server 2>/dev/null; do sleep 1 & wait $!; done
    kill -9 $server 2>/dev/null; wait $server 2>/dev/null; rm -rf "${folder}"`
  const shell = spawn('sh', ['-c', script, 'sh', program ?? '', ...args], { detached: true, stdio: 'ignore', cwd: '/' })
  shell.unref()
  return () => shell.kill('SIGTERM')
}

async function untilReady(client: S3Client, folder: string): Promise<void> {
  for (const deadline = performance.now() + 50_000; performance.now() < deadline; await sleep(100)) {
    const isReady = await client.send(new CreateBucketCommand({ Bucket: 'first' })).then(
      () => true,
      () => false,
    )
    if (isReady) return
  }
  const log = `${folder}/log`
  throw new Error(`SeaweedFS does not answer; its log ends: ${existsSync(log) ? readFileSync(log, 'utf8').slice(-500) : '(none)'}`)
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const ports = servers.map(
    (server) =>
      new Promise<number>((resolve, reject) => {
        server.once('error', reject).listen(0, '127.0.0.1', () => {
          const address = server.address()
          resolve(typeof address === 'object' && address !== null ? address.port : 0)
        })
      }),
  )
  const found = await Promise.all(ports)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return found
}

/** It leaves the sockets that it talks to itself by. */
async function removeSockets(port: number): Promise<void> {
  for (const part of ['master', 'volume', 'filer', 's3']) await rm(`/tmp/seaweedfs-${part}-grpc-${port}.sock`, { force: true })
}
