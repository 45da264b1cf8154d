import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { startCli } from '../support/cli-process.ts'
import type { CliProcess } from '../support/cli-process.ts'

const QUICK = [
  '--announce-interval',
  '1s',
  '--announce-jitter',
  '0',
  '--rtt-probe-interval',
  '1s',
  '--rtt-dial-interval',
  '1s',
  '--log-level',
  'warn',
]

function start(network: string, more: readonly string[]): CliProcess {
  const listen = ['--listen', '/ip4/127.0.0.1/tcp/0', '--no-dht', '--no-mdns', '--no-upnp', '--no-relays']
  return startCli(['node', '--network', network, ...listen, ...QUICK, ...more])
}

const addressOf = async (node: CliProcess): Promise<string> =>
  ((await node.waitFor('online'))['addresses'] as string[])[0] ?? ''

describe('two nodes with one key', () => {
  it('[ID5] hear of each other by a third one, and both have it for a neighbor', { timeout: 60_000 }, async () => {
    const network = randomUUID()
    await using seed = start(network, [])
    const bootstrap = ['--bootstrap', await addressOf(seed)]
    await using older = start(network, ['--secret', 'same', ...bootstrap])
    await older.waitFor('NeighborUp')
    await using younger = start(network, ['--secret', 'same', ...bootstrap])
    const twins = [older, younger]
    await Promise.all(twins.map((twin) => twin.waitFor('NeighborUp')))
    const clashes = await Promise.all(twins.map((twin) => twin.waitFor('IdentityClash')))
    expect(new Set(clashes.map(({ startedAt }) => startedAt)).size).toBe(2)
    expect(await Promise.all([...twins, seed].map((node) => node.stop()))).toEqual([0, 0, 0])
  })

  it('[ID5] hear of each other where one dials the other and nobody else is there', { timeout: 60_000 }, async () => {
    const network = randomUUID()
    await using first = start(network, ['--secret', 'same'])
    await using second = start(network, ['--secret', 'same', '--bootstrap', await addressOf(first)])
    const clashes = await Promise.all([first, second].map((twin) => twin.waitFor('IdentityClash')))
    expect(clashes.map(({ startedAt }) => startedAt)).toEqual([null, null])
  })
})
