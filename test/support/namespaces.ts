/** Network namespaces of a test's own: several hosts on one machine, to be cut off from each other. Linux and root only. */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'

/** One host: a namespace with one interface on the shared link. */
export interface Host {
  readonly name: string
  readonly ip: string
  /** The command and arguments that run a program inside. */
  wrap(command: string, args: readonly string[]): { readonly command: string; readonly args: readonly string[] }
}

/** Two hosts joined by one cable. */
export interface Cable {
  readonly left: Host
  readonly right: Host
  /** Pulls the cable out. */
  cut(): void
  /** Plugs it in again. */
  heal(): void
  /** Delay in milliseconds and loss in percent on both ends, where the kernel has netem; false where not. */
  disturb(delayMs: number, lossPercent: number): boolean
  [Symbol.dispose](): void
}

/** Why namespaces cannot be had here, or null when they can. */
export function namespacesUnavailable(): string | null {
  if (process.platform !== 'linux') return 'network namespaces are a Linux thing'
  if (process.getuid?.() !== 0) return 'network namespaces need root'
  const name = `ps-probe-${randomBytes(3).toString('hex')}`
  const made = spawnSync('ip', ['netns', 'add', name], { encoding: 'utf8' })
  if (made.status !== 0) return `ip netns add: ${made.error?.message ?? made.stderr.trim()}`
  spawnSync('ip', ['netns', 'del', name])
  return null
}

/** Makes two hosts, 10.77.0.1 and 10.77.0.2, in namespaces of their own. Disposing takes them away. */
export function layCable(): Cable {
  const id = randomBytes(3).toString('hex')
  const left = host(`ps-l-${id}`, '10.77.0.1')
  const right = host(`ps-r-${id}`, '10.77.0.2')
  const dispose = (): void => {
    for (const { name } of [left, right]) spawnSync('ip', ['netns', 'del', name])
  }
  try {
    for (const { name } of [left, right]) ip('netns', 'add', name)
    ip('link', 'add', `l${id}`, 'netns', left.name, 'type', 'veth', 'peer', 'name', `r${id}`, 'netns', right.name)
    for (const [{ name, ip: address }, device] of [
      [left, `l${id}`],
      [right, `r${id}`],
    ] as const) {
      ip('-n', name, 'addr', 'add', `${address}/24`, 'dev', device)
      ip('-n', name, 'link', 'set', 'lo', 'up')
      ip('-n', name, 'link', 'set', device, 'up')
      // What a default route does elsewhere.
      ip('-n', name, 'route', 'add', '224.0.0.0/4', 'dev', device)
    }
  } catch (error) {
    dispose()
    throw error
  }
  return {
    left,
    right,
    cut: () => ip('-n', left.name, 'link', 'set', `l${id}`, 'down'),
    heal: () => ip('-n', left.name, 'link', 'set', `l${id}`, 'up'),
    disturb: (delayMs, lossPercent) =>
      (
        [
          [left, `l${id}`],
          [right, `r${id}`],
        ] as const
      ).every(
        ([{ name }, device]) =>
          spawnSync('ip', [
            'netns',
            'exec',
            name,
            'tc',
            'qdisc',
            'replace',
            'dev',
            device,
            'root',
            'netem',
            'delay',
            `${delayMs}ms`,
            'loss',
            `${lossPercent}%`,
          ]).status === 0,
      ),
    [Symbol.dispose]: dispose,
  }
}

function host(name: string, address: string): Host {
  return {
    name,
    ip: address,
    wrap: (command, args) => ({ command: 'ip', args: ['netns', 'exec', name, command, ...args] }),
  }
}

function ip(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('ip', args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr.trim()}`)
}
