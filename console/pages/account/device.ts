const browsers = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const
const systems = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS', 'macOS'],
  ['Linux', 'Linux'],
] as const

/** `Firefox on Linux`, as far as a browser tells. */
export function deviceOf(userAgent: string | null): string {
  if (!userAgent) return 'Unknown device'
  const named = (names: readonly (readonly [string, string])[]): string | undefined =>
    names.find(([mark]) => userAgent.includes(mark))?.[1]
  const browser = named(browsers)
  if (!browser) return userAgent.split(' ')[0] ?? userAgent
  return [browser, named(systems)].filter(Boolean).join(' on ')
}
