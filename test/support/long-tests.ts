/** `ATLAS_LONG_TESTS=1` tries every moment, page and seed; without it a choice of them, so that the whole suite stays within minutes. */
export const LONG = process.env['ATLAS_LONG_TESTS'] === '1'
