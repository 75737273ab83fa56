/** A stored thing with the version that its entity tag names; the shapes of answers leave it out. */
export type Versioned<T> = T & { readonly version: number }

/** Of what has just been made. */
export const FIRST_VERSION = 1
