import {
  chmodSync,
  constants,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import type { NativePackage } from './native-package.ts'

/**
 * Copies PostgreSQL's programs to where its account can load them, and makes the symlinks that an install script would
 * have made. An earlier copy is used again when whole: a power cut may have left one with short files.
 */
export function installNativeTree(native: NativePackage, home: string): string {
  const tree = join(home, `pgsql-${native.version}`)
  const files = listFiles(native.root)
  if (files.every((file) => sizeOf(join(tree, file)) === sizeOf(join(native.root, file)))) return tree
  const draft = mkdtempSync(join(home, 'new-pgsql-'))
  copyFiles(files, native.root, draft)
  letEveryoneRead(draft)
  makeSymlinks(draft)
  removeTrees(home)
  renameSync(draft, tree)
  return tree
}

/** Those of earlier releases too. */
function removeTrees(home: string): void {
  const trees = readdirSync(home).filter((name) => name.startsWith('pgsql-'))
  for (const name of trees) rmSync(join(home, name), { recursive: true, force: true })
}

function listFiles(root: string): string[] {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return entries.map((entry) => join(relative(root, entry.parentPath), entry.name))
}

const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size

/** Synchronous, for two thirds of the time: a thousand small files, while nothing else runs yet. */
function copyFiles(files: string[], source: string, target: string): void {
  for (const folder of new Set(files.map((file) => dirname(file)))) {
    mkdirSync(join(target, folder), { recursive: true })
  }
  for (const file of files) {
    copyFileSync(join(source, file), join(target, file), constants.COPYFILE_FICLONE)
  }
}

/** Whatever the umask is now, or was when npm installed the package. */
function letEveryoneRead(tree: string): void {
  for (const entry of readdirSync(tree, { recursive: true, withFileTypes: true })) {
    const isProgram = entry.isDirectory() || basename(entry.parentPath) === 'bin'
    chmodSync(join(entry.parentPath, entry.name), isProgram ? 0o755 : 0o644)
  }
  chmodSync(tree, 0o755)
}

function makeSymlinks(tree: string): void {
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(join(tree, 'pg-symlinks.json'), 'utf8'))
  for (const { source, target } of links) symlinkSync(basename(source), join(tree, relative('native', target)))
}
