import { chown, mkdtemp, open, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Account } from './account.ts'
import { runProgram } from './program.ts'

export const SUPERUSER = 'postgres'

export interface NewCluster {
  home: string
  tree: string
  account: Account
  password: string
}

/** Makes `home`/data whole or not at all: initdb works aside and a rename puts the result in its place. */
export async function makeCluster({ home, tree, account, password }: NewCluster): Promise<void> {
  const draft = await mkdtemp(join(home, 'new-cluster-'))
  const passwordFile = join(draft, 'password')
  try {
    await writeFile(passwordFile, password, { mode: 0o600, flag: 'wx' })
    if (account) await Promise.all([draft, passwordFile].map((path) => chown(path, account.uid, account.gid)))
    const args = initdbArguments(join(draft, 'data'), passwordFile)
    await runProgram({ command: join(tree, 'bin', 'initdb'), args, account, cwd: home })
    await rename(join(draft, 'data'), join(home, 'data'))
    await syncDirectory(home)
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

function initdbArguments(data: string, passwordFile: string): string[] {
  return [
    `--pgdata=${data}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
    '--no-instructions',
  ]
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  await directory.sync().finally(() => directory.close())
}
