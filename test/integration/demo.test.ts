/** The demo swarm as a real process: how it starts, fails and ends, and that it does not outlive its host. */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { utilitySwarm } from '../../src/main/desktop/utility-swarm.ts'
import { startDemo } from '../../src/main/monitor/demo.ts'
import { nodeSwarm } from '../../src/main/monitor/node-swarm.ts'
import type { StartSwarmProcess, SwarmProcess } from '../../src/main/monitor/swarm-protocol.ts'
import { childrenOf, runs } from '../support/processes.ts'
import { programPath } from '../support/programs.ts'
import { fakeUtilityProcess } from '../support/utility-process.ts'

const ENTRY = programPath('swarm-process')
const never = new AbortController().signal
const POLL = { timeout: 30_000 }

const hosts: readonly (readonly [string, (entry: string) => StartSwarmProcess])[] = [
  ['Node', nodeSwarm],
  ['Electron’s utility processes', (entry) => utilitySwarm(fakeUtilityProcess(), entry)],
]

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'peerscope-demo-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A program that runs in the swarm's place. */
function program(source: string): string {
  const file = join(folder, `${randomUUID()}.mjs`)
  writeFileSync(file, source)
  return file
}

describe.each(hosts)('the demo swarm by %s', (_name, host) => {
  it('comes up with its peers, and ends gracefully', async () => {
    const swarm = host(ENTRY)
    const network = `demo-${randomUUID()}`
    const made: SwarmProcess[] = []
    const start: StartSwarmProcess = (args) => {
      const one = swarm(args)
      made.push(one)
      return one
    }
    const demo = await startDemo(start, network, 3, never)
    expect(demo.addresses).toHaveLength(3)
    for (const address of demo.addresses) expect(address).toMatch(/^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/p2p\//)
    await demo.stop()
    expect([await made[0]?.ended, await demo.lost]).toEqual(['exit code 0', null])
  }, 60_000)

  it('says why it cannot start', async () => {
    const start = (entry: string, network = 'demo-1', nodes = 3): Promise<unknown> =>
      startDemo(host(entry), network, nodes, never)
    await expect(start(join(folder, 'missing.mjs'))).rejects.toThrow(/ended before it was up: .*Cannot find module/)
    await expect(start(program("throw new RangeError('too many open files')"))).rejects.toThrow(
      /ended before it was up: .*RangeError: too many open files/,
    )
    await expect(start(ENTRY, '')).rejects.toThrow(/ended before it was up: .*network/)
    await expect(start(ENTRY, 'demo-1', 0)).rejects.toThrow("invalid number of peers: '0'")
  }, 60_000)

  it('is killed when it is frozen', async () => {
    // It stops itself, as SIGSTOP from elsewhere would.
    const entry = program(
      "const up = { kind: 'up', addresses: [] }\n" +
        'if (process.parentPort) process.parentPort.postMessage(up)\n' +
        'else process.send(up)\n' +
        "setTimeout(() => process.kill(process.pid, 'SIGSTOP'), 50)\n" +
        'setInterval(() => undefined, 1000)\n',
    )
    const demo = await startDemo(host(entry), 'demo-1', 3, never)
    await demo.stop()
    expect(await demo.lost).toBeNull()
  }, 60_000)

  it('tells when it is lost', async () => {
    const entry = program(
      "const up = { kind: 'up', addresses: [] }\n" +
        'if (process.parentPort) process.parentPort.postMessage(up)\n' +
        'else process.send(up)\n' +
        "setTimeout(() => { throw new Error('the disk is full') }, 50)\n",
    )
    const demo = await startDemo(host(entry), 'demo-1', 3, never)
    expect((await demo.lost)?.message).toMatch(/^the demo swarm ended \(.*Error: the disk is full\)$/)
    await demo.stop()
  }, 60_000)
})

describe('a host that is killed', () => {
  const hostOf = (...args: readonly string[]): ReturnType<typeof spawn> =>
    spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })

  it('takes its running swarm with it', async () => {
    const parent = hostOf(programPath('demo-parent'), ENTRY)
    try {
      if (parent.stdout === null) throw new Error('no output')
      const [line]: string[] = await once(createInterface({ input: parent.stdout }), 'line')
      expect(JSON.parse(line ?? '')).toHaveLength(3)
      const [swarm = 0, ...more] = childrenOf(parent.pid)
      expect([runs(swarm), more]).toEqual([true, []])
      parent.kill('SIGKILL')
      await expect.poll(() => runs(swarm), POLL).toBe(false)
    } finally {
      parent.kill('SIGKILL')
    }
  }, 60_000)

  it('takes a swarm with it that is still starting', async () => {
    const parent = hostOf(programPath('demo-parent'), ENTRY)
    try {
      await expect.poll(() => childrenOf(parent.pid).length, { ...POLL, interval: 5 }).toBe(1)
      const [swarm = 0] = childrenOf(parent.pid)
      parent.kill('SIGKILL')
      await expect.poll(() => runs(swarm), POLL).toBe(false)
    } finally {
      parent.kill('SIGKILL')
    }
  }, 60_000)
})
