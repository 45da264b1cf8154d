/** A network namespace with loopback only: real mosaik nodes use public servers where they can reach them. */
import { spawnSync } from 'node:child_process'
import { networkInterfaces } from 'node:os'

const INSIDE = 'ip link set lo up && exec "$@"'

/** The command that runs a program without any network but loopback, or why there is none here. */
export type Isolation =
  { readonly wrap: (command: readonly string[]) => readonly string[] } | { readonly missing: string }

/** How a program can be cut off from all networks here. */
export function isolation(): Isolation {
  if (process.platform !== 'linux') return { missing: 'network namespaces, which only Linux has' }
  // Without root, a user namespace gives the right to make one, where the system allows it.
  for (const flags of [['--net'], ['--map-root-user', '--net']]) {
    const tried = spawnSync('unshare', [...flags, 'sh', '-c', INSIDE, 'sh', 'true'], { encoding: 'utf8' })
    if (tried.status === 0) return { wrap: (command) => ['unshare', ...flags, 'sh', '-c', INSIDE, 'sh', ...command] }
    if (tried.error !== undefined) return { missing: 'the program unshare (package util-linux)' }
    if (tried.stderr.includes('ip: not found')) return { missing: 'the program ip (package iproute2)' }
  }
  return { missing: 'the right to make a network namespace: run it as root, or allow user namespaces' }
}

/** @throws Error where another network than loopback can be reached */
export function requireIsolation(): void {
  const others = Object.keys(networkInterfaces()).filter((name) => name !== 'lo')
  if (others.length > 0)
    throw new Error(
      `real mosaik nodes run in a network namespace only, and ${others.join(', ')} can be reached: use npm run interop`,
    )
}
