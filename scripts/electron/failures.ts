/** The last failed fetch, so that a start does not wait for the same failure again. */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Failure } from './reasons.ts'

/** For so long the same is not tried again by itself, milliseconds. */
const REMEMBER_MS = 60 * 60 * 1000

/** What may change whether Electron can be fetched. */
const CIRCUMSTANCES =
  /^((npm_(package_)?config_)?electron_.*|(https?|no)_proxy|npm_config_(proxy|https_proxy|noproxy|cafile|arch)|NODE_EXTRA_CA_CERTS|NODE_USE_SYSTEM_CA|SSL_CERT_(FILE|DIR))$/i

interface Remembered {
  readonly at: number
  readonly circumstances: string
  readonly reason: string
  readonly step: string
}

/** Everything that a new try depends on, as a hash: proxies may hold passwords. */
export function circumstancesOf(version: string, env: Readonly<Record<string, string | undefined>>): string {
  const settings = Object.entries(env).filter(([name]) => CIRCUMSTANCES.test(name))
  const sorted = settings.toSorted(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([version, sorted]))
    .digest('hex')
}

/** Keeps a failure. Where that fails, the next start tries again. */
export function remember(root: string, { reason, step }: Failure, circumstances: string, now: number): void {
  const file = fileOf(root)
  const remembered: Remembered = { at: now, circumstances, reason, step }
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, JSON.stringify(remembered))
  } catch {}
}

/** The failure of a try within the last hour under the same circumstances. */
export function recall(root: string, circumstances: string, now: number): Failure | null {
  const last = read(fileOf(root))
  if (last === null || last.circumstances !== circumstances) return null
  const ago = now - last.at
  if (ago < 0 || ago >= REMEMBER_MS) return null
  const minutes = Math.floor(ago / 60_000)
  const when = minutes === 0 ? 'just now' : minutes === 1 ? 'a minute ago' : `${minutes} minutes ago`
  return { reason: `the last try, ${when}, failed: ${last.reason}`, step: last.step, lasting: true }
}

/** Forgets the last failure. */
export function forget(root: string): void {
  try {
    rmSync(fileOf(root), { force: true })
  } catch {}
}

function fileOf(root: string): string {
  return join(root, 'node_modules', '.cache', 'peerscope', 'electron-fetch-failed')
}

function read(file: string): Remembered | null {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return isRemembered(value) ? value : null
  } catch {
    return null
  }
}

function isRemembered(value: unknown): value is Remembered {
  if (typeof value !== 'object' || value === null) return false
  const { at, circumstances, reason, step } = value as Partial<Record<keyof Remembered, unknown>>
  return (
    typeof at === 'number' &&
    typeof circumstances === 'string' &&
    typeof reason === 'string' &&
    typeof step === 'string'
  )
}
