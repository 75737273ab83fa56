import type { MantineColorScheme, MantineColorSchemeManager } from '@mantine/core'

/** Follows the system; a choice lasts as long as the page, since nothing is stored in the browser. */
export function inMemory(): MantineColorSchemeManager {
  let chosen: MantineColorScheme | null = null
  return {
    get: (fallback) => chosen ?? fallback,
    set: (scheme) => void (chosen = scheme),
    subscribe: () => undefined,
    unsubscribe: () => undefined,
    clear: () => void (chosen = null),
  }
}
