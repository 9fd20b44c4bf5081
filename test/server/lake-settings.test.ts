import { expect, it } from 'vitest'
import { readSettings } from '../../src/server/settings.ts'

it('keeps the files in the home unless a bucket is named', () => {
  expect(readSettings({}).lake).toBeNull()
  expect(readSettings({ ATLAS_LAKE_URL: '', ATLAS_S3_ENDPOINT: 'http://127.0.0.1:9000' }).lake).toBeNull()
})

it('takes AWS by its region and name, other stores by their endpoint and path', () => {
  expect(readSettings({ ATLAS_LAKE_URL: 's3://company-data', AWS_REGION: 'eu-north-1' }).lake).toEqual({
    bucket: 'company-data',
    prefix: '',
    endpoint: undefined,
    region: 'eu-north-1',
    pathStyle: false,
    cacheBytes: 10e9,
  })
  const own = { ATLAS_S3_ENDPOINT: 'http://127.0.0.1:9000', ATLAS_S3_REGION: 'here', AWS_REGION: 'there', ATLAS_LAKE_CACHE: '500MB' }
  expect(readSettings({ ATLAS_LAKE_URL: 's3://lake//a/b.c/', ...own }).lake).toEqual({
    bucket: 'lake',
    prefix: 'a/b.c',
    endpoint: 'http://127.0.0.1:9000',
    region: 'here',
    pathStyle: true,
    cacheBytes: 500e6,
  })
  expect(readSettings({ ATLAS_LAKE_URL: 's3://lake', ...own, ATLAS_S3_PATH_STYLE: 'false' }).lake).toMatchObject({ pathStyle: false })
})

it('takes a folder by its path from the root on', () => {
  expect(readSettings({ ATLAS_LAKE_URL: 'file:///mnt/our%20lake/' }).lake).toEqual({ folder: '/mnt/our lake' })
})

it.each([
  ['ATLAS_LAKE_URL', { ATLAS_LAKE_URL: 'file:///' }],
  ['ATLAS_LAKE_URL', { ATLAS_LAKE_URL: 'file://nas/lake' }],
  ['ATLAS_LAKE_URL', { ATLAS_LAKE_URL: 'file:lake' }],
  ['ATLAS_LAKE_URL', { ATLAS_LAKE_URL: 'file:///mnt/lake?hunter2' }],
  ['ATLAS_LAKE_URL', { ATLAS_LAKE_URL: 'https://lake.s3.amazonaws.com' }],
  ['ATLAS_LAKE_URL', { ATLAS_LAKE_URL: 's3://key:hunter2@lake/atlas' }],
  ['ATLAS_LAKE_URL', { ATLAS_LAKE_URL: 's3://lake/a/../b' }],
  ['ATLAS_LAKE_URL', { ATLAS_LAKE_URL: 's3://Lake_1' }],
  ['ATLAS_S3_ENDPOINT', { ATLAS_LAKE_URL: 's3://lake', ATLAS_S3_ENDPOINT: 'http://key:hunter2@127.0.0.1' }],
  ['ATLAS_S3_PATH_STYLE', { ATLAS_LAKE_URL: 's3://lake', ATLAS_S3_PATH_STYLE: 'yes' }],
  ['ATLAS_LAKE_CACHE', { ATLAS_LAKE_URL: 's3://lake', ATLAS_LAKE_CACHE: 'much' }],
])('refuses %s that cannot be meant, and repeats no password', (name, env) => {
  expect(() => readSettings(env)).toThrow(expect.objectContaining({ code: 'cli.usage', message: expect.stringContaining(name) }))
  expect(() => readSettings(env)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('hunter2') }))
})
