/** The six dimensions of data quality, in the order they are shown. */
export const DIMENSIONS = ['completeness', 'uniqueness', 'timeliness', 'validity', 'accuracy', 'consistency'] as const
