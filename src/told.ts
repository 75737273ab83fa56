import { OperatorError } from './cli/operator-error.ts'
import { ConfigError } from './config.ts'
import { MasterKeyError } from './credentials/master-key.ts'
import { EmbeddedPostgresError } from './database/embedded/embedded-postgres-error.ts'
import { MigrationError } from './database/migrate.ts'
import { DatabaseNotReadyError } from './database/open-database.ts'
import { OtherMasterKeyError } from './database/other-master-key.ts'
import { RolesMissingError } from './database/roles.ts'
import { BundleError } from './services/audit.service.ts'
import { FirstStartError } from './services/auth.service.ts'
import { KeysJustRotatedError } from './services/keys.service.ts'

/** What the operator can mend. */
const forTheOperator = [
  ConfigError,
  MasterKeyError,
  EmbeddedPostgresError,
  MigrationError,
  DatabaseNotReadyError,
  RolesMissingError,
  OtherMasterKeyError,
  FirstStartError,
  OperatorError,
  BundleError,
  KeysJustRotatedError,
]

/** The error in its own words, without a stack. @throws the error itself when it is none of the operator's */
export function told(error: unknown): string {
  if (error instanceof Error && forTheOperator.some((kind) => error instanceof kind)) return error.message
  const { code, syscall, address, port, hostname } = error as SystemError
  if (syscall === 'listen')
    return `cannot listen on ${address ?? ''}:${port ?? ''} (${code}): choose another HOST or PORT`
  if (syscall === 'getaddrinfo') return `cannot find the host ${hostname ?? ''} (${code}): choose another HOST`
  throw error
}

type SystemError = NodeJS.ErrnoException & { address?: string; port?: number; hostname?: string }
