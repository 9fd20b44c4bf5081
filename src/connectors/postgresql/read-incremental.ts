import type { ReadResult } from '../connector.ts'
import { readFull, type StreamRead } from './read-full.ts'
export const readIncremental = (read: StreamRead): Promise<ReadResult> => readFull(read)
