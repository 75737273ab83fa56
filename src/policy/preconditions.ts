/** A strong entity tag (RFC 9110 §8.8.3): the version. */
export const entityTag = (version: number | string): string => `"${version}"`

/**
 * The versions that `If-Match` names (RFC 9110 §13.1.1); null when there is no such condition or it takes any.
 * What is no tag of ours, a weak one among them, matches nothing.
 */
export function versionsNamed(header: string | undefined): readonly number[] | null {
  if (header === undefined || header.trim() === '*') return null
  return header.split(',').map((tag) => Number(/^\s*"(\d{1,9})"\s*$/.exec(tag)?.[1] ?? Number.NaN))
}

export const isNamed = (versions: readonly number[] | null, version: number): boolean =>
  versions === null || versions.includes(version)

/** Whether `If-None-Match` names this version (RFC 9110 §13.1.2): a relay that recodes an answer may have made its tag a weak one. */
export const isKnown = (header: string | undefined, version: number | string): boolean =>
  header !== undefined &&
  (header.trim() === '*' || header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === entityTag(version)))
