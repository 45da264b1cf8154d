import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it } from 'vitest'
import { startCli } from '../support/cli-process.ts'
import { childrenOf } from '../support/processes.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const QUIET = ['--no-dht', '--no-mdns', '--no-upnp', '--listen', '/ip4/127.0.0.1/tcp/0']
const MAIN = join(ROOT, 'src', 'main', 'cli', 'main.ts')
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
    ['SIGQUIT: Ctrl-\\ in its terminal', ['SIGQUIT']],
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

  it.each(['SIGKILL', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const)(
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

  it.runIf(process.platform === 'linux')('goes on without its terminal where nohup started it', async () => {
    const script = `nohup "$0" ${[MAIN, 'node', '--network', 'n', ...QUIET, '--json'].join(' ')}; exit $?`
    const shell = spawn('bash', ['-c', script, process.execPath], { stdio: ['pipe', 'pipe', 'ignore'] })
    const ended = once(shell, 'exit')
    const kill = (signal: NodeJS.Signals): void => childrenOf(shell.pid).forEach((node) => process.kill(node, signal))
    shell.stdout.on('data', (part: Buffer) => void (part.includes('"reply"') && kill('SIGTERM')))
    const events = await untilEnd(shell, () => {
      kill('SIGHUP')
      // One that is ending takes no commands.
      shell.stdin.write('peers\n')
    })
    expect(events).toContain('reply')
    expect(events.at(-1)).toBe('NetworkLeft')
    expect(await ended).toEqual([0, null])
  })

  it('goes on when the reader of its log is gone', async () => {
    const args = [MAIN, 'node', '--network', 'n', ...QUIET]
    const node = spawn(process.execPath, [...args, '--json', '--log-level', 'trace'], { stdio: 'pipe' })
    const ended = once(node, 'exit')
    node.stderr.destroy()
    // Each of them is logged.
    const events = await untilEnd(node, () => node.stdin.end('peers\nping nobody\npeers\n', () => node.kill('SIGTERM')))
    expect(events).toContain('NetworkLeft')
    expect(await ended).toEqual([0, null])
  })
})

describe('output that cannot be written', () => {
  it.runIf(process.platform === 'linux')('is an error, in every command that prints', async () => {
    const full = openSync('/dev/full', 'w')
    try {
      const child = spawn(process.execPath, [MAIN, '--help'], { stdio: ['ignore', full, 'pipe'] })
      let said = ''
      child.stderr?.on('data', (part: Buffer) => (said += part.toString()))
      expect(await once(child, 'close')).toEqual([1, null])
      expect(said).toBe('peerscope: cannot write to standard output: the disk is full\n')
    } finally {
      closeSync(full)
    }
  })

  it('is enough where the reader went away: a quiet end, with a goodbye, as a shell says it of such a program', async () => {
    const args = [MAIN, 'node', '--network', 'n', ...QUIET, '--json']
    const node = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    let said = ''
    node.stderr.on('data', (part: Buffer) => (said += part.toString()))
    node.stdout.once('data', () => {
      node.stdout.destroy()
      node.stdin.write('peers\n')
    })
    expect(await once(node, 'close')).toEqual([141, null])
    expect(said).toBe('')
  })
})
