import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it } from 'vitest'
import { startCli } from '../support/cli-process.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const QUIET = ['--no-dht', '--no-mdns', '--no-upnp', '--listen', '/ip4/127.0.0.1/tcp/0']
/** `bin/peerscope.js` starts the Node that comes with the package, as on Node 20. */
const OLD_NODE = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.0.0'}})`

/** The lines of `peerscope node --json` until the end of its output, which is the end of all that write to it. */
async function untilEnd(child: ChildProcess, onOnline: () => void): Promise<readonly string[]> {
  const events: string[] = []
  if (child.stdout === null) throw new Error('no output')
  for await (const line of createInterface({ input: child.stdout })) {
    const { event }: { event: string } = JSON.parse(line)
    events.push(event)
    if (event === 'online') onOnline()
  }
  return events
}

describe('a peer that is asked to end', () => {
  it.each([
    ['SIGHUP: its terminal was closed', ['SIGHUP', 'SIGTERM']],
    ['SIGINT twice: npm passes on what the terminal sent', ['SIGINT', 'SIGINT']],
  ] as const)('says goodbye at %s', async (_what, signals) => {
    const network = `n-${randomUUID()}`
    await using first = startCli(['node', '--network', network, ...QUIET])
    const [address] = (await first.waitFor('online'))['addresses'] as string[]
    await using second = startCli(['node', '--network', network, ...QUIET, '--bootstrap', address ?? ''])
    const { peerId } = await second.waitFor('online')
    await first.waitFor((line) => line.event === 'PeerDiscovered' && line['peerId'] === peerId)
    for (const signal of signals) process.kill(second.pid, signal)
    expect(await second.exited()).toBe(0)
    expect(await first.waitFor('PeerDeparted')).toMatchObject({ peerId, reason: 'graceful' })
  })

  it.each(['SIGKILL', 'SIGHUP', 'SIGINT'] as const)(
    'leaves gracefully when the launcher of an older Node gets %s',
    async (signal) => {
      const args = [
        '--import',
        OLD_NODE,
        join(ROOT, 'bin', 'peerscope.js'),
        'node',
        '--network',
        'n',
        ...QUIET,
        '--json',
      ]
      const launcher = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
      const ended = once(launcher, 'exit')
      const events = await untilEnd(launcher, () => launcher.kill(signal))
      expect(events.at(-1)).toBe('NetworkLeft')
      expect(await ended).toEqual(signal === 'SIGKILL' ? [null, 'SIGKILL'] : [0, null])
    },
  )

  it('goes on when the reader of its log is gone', async () => {
    const args = [join(ROOT, 'src', 'main', 'cli', 'main.ts'), 'node', '--network', 'n', ...QUIET]
    const node = spawn(process.execPath, [...args, '--json', '--log-level', 'trace'], { stdio: 'pipe' })
    const ended = once(node, 'exit')
    node.stderr.destroy()
    // Each of them is logged.
    const events = await untilEnd(node, () => node.stdin.end('peers\nping nobody\npeers\n', () => node.kill('SIGTERM')))
    expect(events).toContain('NetworkLeft')
    expect(await ended).toEqual([0, null])
  })
})
