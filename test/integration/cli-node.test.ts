import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { startCli } from '../support/cli-process.ts'
import type { CliProcess } from '../support/cli-process.ts'

const QUIET = ['--no-dht', '--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0']

function startNode(network: string, ...args: string[]): CliProcess {
  return startCli(['node', '--network', network, ...QUIET, ...args])
}

async function addressOf(node: CliProcess): Promise<string> {
  const online = await node.waitFor('online')
  const [address] = online['addresses'] as string[]
  if (address === undefined) throw new Error('no address')
  return address
}

describe('peerscope node', () => {
  it('[EV1] two processes discover each other, and SIGTERM is a graceful departure', async () => {
    const network = `n-${randomUUID()}`
    await using first = startNode(network, '--tag', 'role:first')
    const bootstrap = await addressOf(first)
    await using second = startNode(network, '--bootstrap', bootstrap)
    const online = await second.waitFor('online')
    expect(first.lines[0]?.event).toBe('online')
    expect(second.lines[0]?.event).toBe('online')

    const seen = await first.waitFor((line) => line.event === 'PeerDiscovered' && line['peerId'] === online['peerId'])
    expect(seen['source']).toBeTypeOf('string')
    await second.waitFor((line) => line.event === 'PeerDiscovered' && String(line['tags']) === 'role:first')

    expect(await second.stop('SIGTERM')).toBe(0)
    const departed = await first.waitFor('PeerDeparted')
    expect(departed).toMatchObject({ peerId: online['peerId'], reason: 'graceful' })
    expect(await first.stop('SIGINT')).toBe(0)
  })

  it('takes commands on standard input and answers each', async () => {
    const network = `n-${randomUUID()}`
    await using first = startNode(network)
    await using second = startNode(network, '--bootstrap', await addressOf(first))
    const { peerId } = await first.waitFor('online')
    await second.waitFor((line) => line.event === 'PeerDiscovered' && line['peerId'] === peerId)

    second.say('tag add colour:green')
    await second.waitFor((line) => line.event === 'reply' && line['command'] === 'tag add colour:green')
    await first.waitFor((line) => line.event === 'PeerUpdated' && String(line['tags']) === 'colour:green')
    second.say(`ping ${String(peerId)}`)
    const reply = await second.waitFor((line) => line.event === 'reply' && String(line['command']).startsWith('ping'))
    expect(reply).toMatchObject({ ok: true, rttMs: expect.any(Number) })
    second.say('tag add')
    second.say('no such thing')
    second.say(`sync ${String(peerId)}`)
    second.say('peers')
    const peers = await second.waitFor((line) => line.event === 'reply' && line['command'] === 'peers')
    expect(peers['peers']).toHaveLength(2)
    const refused = second.lines.filter((line) => line.event === 'reply' && line['ok'] === false)
    expect(refused.map((line) => line['error'])).toMatchObject([
      { code: 'InvalidArgument' },
      { code: 'InvalidArgument' },
    ])
  })

  it('ends with exit code 2 and a sentence when a flag cannot be meant', async () => {
    await using node = startNode('n', '--announce-interval', 'soon')
    expect(await node.stop('SIGCONT')).toBe(2)
  })

  it('tells when no bootstrap address answers, and goes on', async () => {
    await using node = startNode(`n-${randomUUID()}`, '--bootstrap', '/ip4/127.0.0.1/tcp/1')
    await node.waitFor('online')
    const failed = await node.waitFor('DialFailed')
    expect(failed['target']).toContain('/ip4/127.0.0.1/tcp/1')
    expect(await node.stop()).toBe(0)
  })
})
