import { execFileSync } from 'node:child_process'
import { cpus, loadavg } from 'node:os'

/** Where and when figures were taken; without these they say little. */
export function machine(): {
  readonly at: string
  readonly node: string
  readonly cpu: string
  readonly cores: number
  /** Load of the last minute. */
  readonly load: number
  readonly commit: string | null
} {
  const all = cpus()
  return {
    at: new Date().toISOString(),
    node: process.version,
    cpu: all[0]?.model ?? 'unknown',
    cores: all.length,
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    commit: commit(),
  }
}

function commit(): string | null {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    // A copy without its history.
    return null
  }
}
