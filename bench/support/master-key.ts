/** Of every installation that is made for a benchmark. */
export const MASTER_KEY = Buffer.alloc(32, 7)
