import type { Config } from '../config.ts'
import type { House } from '../app.ts'

export async function bootstrap(_house: House, _config: Config): Promise<string | null> {
  return null
}
