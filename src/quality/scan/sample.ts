import { raw, sql, type Sql } from '../../core/sql.ts'

/** Rows taken at random, the same ones each time: the seed is fixed. */
const SEED = 20_261_120
/** 95 %, both sides. */
const Z = 1.959_963_985

/** About `wanted` of `rows` rows of a relation, each with the same chance. */
export function sampleOf(relation: Sql, wanted: number, rows: number): Sql {
  const percent = ((wanted / rows) * 100).toFixed(9)
  return sql`(select * from ${relation} using sample ${raw(percent)} percent (bernoulli, ${SEED}))`
}

/**
 * The 95 % interval of a share, of which a part of the rows looked at is known: Wilson's score interval (1927), which is right also where no row
 * failed or every one did.
 * @returns 0 to 1 where no row was looked at
 */
export function wilsonInterval(failing: number, rows: number): { low: number; high: number } {
  if (rows === 0) return { low: 0, high: 1 }
  const share = failing / rows
  const square = (Z * Z) / rows
  const middle = (share + square / 2) / (1 + square)
  const half = (Z / (1 + square)) * Math.sqrt((share * (1 - share)) / rows + square / (4 * rows))
  return { low: failing === 0 ? 0 : Math.max(0, middle - half), high: failing === rows ? 1 : Math.min(1, middle + half) }
}
