import path from 'node:path'
import { expect, it } from 'vitest'
import { join, literal, sql } from '../../src/core/sql.ts'
import { filesNamed } from '../../src/lake/statement-files.ts'

const folder = "/srv/it's a lake/files"
const at = (file: string) => literal(path.posix.join(folder, file))

it.each([
  ['one file', sql`from read_parquet(${at('explore/t/f_1.parquet')})`, ['explore/t/f_1.parquet']],
  [
    'a list, and footers',
    sql`select * from read_parquet([${join([at('chart/t/f_1.parquet'), at('chart/t/f_2.parquet')])}]), parquet_metadata([${at('chart/t/f_3.parquet')}])`,
    ['chart/t/f_1.parquet', 'chart/t/f_2.parquet', 'chart/t/f_3.parquet'],
  ],
  ['a path in a row of values', sql`values (1, ${at('quarantine/q.parquet')})`, ['quarantine/q.parquet']],
  [
    'no file of the lake',
    sql`from read_parquet(${'/srv/other/explore/f_1.parquet'}), ${folder}, ${`${folder}2/f.parquet`}, ${at('notes.csv')}`,
    [],
  ],
])('finds %s in a statement', (_, statement, files) => {
  expect(filesNamed(statement.text, folder)).toEqual(files)
})
