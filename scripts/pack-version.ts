/**
 * The version has one place, package.json. `node scripts/pack-version.ts [TAG]` prints it, and fails when the tag or the lock
 * file says another.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a tag must be called: `v` and the version. */
export function tagProblem(tag: string, version: string): string | null {
  return tag === `v${version}`
    ? null
    : `the tag is '${tag}' and package.json says ${version}: the tag must be 'v${version}'`
}

/**
 * The version of a checkout.
 * @throws Error when package.json has none, or package-lock.json another
 */
export function versionOf(root: string): string {
  const read = (name: string): { version?: string; packages?: Record<string, { version?: string }> } =>
    JSON.parse(readFileSync(join(root, name), 'utf8'))
  const { version } = read('package.json')
  if (version === undefined || !/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version))
    throw new Error(`package.json has no version: ${version}`)
  if (existsSync(join(root, 'package-lock.json'))) {
    const lock = read('package-lock.json')
    for (const other of [lock.version, lock.packages?.['']?.version])
      if (other !== version)
        throw new Error(`package-lock.json says ${other} and package.json ${version}: run npm install`)
  }
  return version
}

if (import.meta.main) {
  const version = versionOf(join(import.meta.dirname, '..'))
  const [tag] = process.argv.slice(2)
  const problem = tag === undefined ? null : tagProblem(tag, version)
  if (problem === null) console.log(version)
  else {
    console.error(problem)
    process.exitCode = 1
  }
}
