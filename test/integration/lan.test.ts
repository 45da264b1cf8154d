import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { startCli } from '../support/cli-process.ts'
import type { CliProcess } from '../support/cli-process.ts'
import type { Host } from '../support/namespaces.ts'
import { layCable, namespacesUnavailable } from '../support/namespaces.ts'

const reason = namespacesUnavailable()

function start(host: Host, network: string, ...flags: readonly string[]): CliProcess {
  return startCli(
    ['node', '--network', network, '--listen', '/ip4/0.0.0.0/tcp/0', '--no-dht', '--no-upnp', ...flags],
    host,
  )
}

describe.skipIf(reason !== null)(`two hosts on one cable${reason === null ? '' : ` (skipped: ${reason})`}`, () => {
  it('[AD3] nodes without any address to start from find each other by mDNS alone', async () => {
    using cable = layCable()
    const network = `lan-${randomUUID()}`
    await using left = start(cable.left, network, '--tag', 'side:left')
    const { peerId: leftId } = await left.waitFor('online')
    await using right = start(cable.right, network, '--tag', 'side:right')
    const { peerId: rightId } = await right.waitFor('online')
    const seen = await Promise.all([
      left.waitFor((line) => line.event === 'PeerDiscovered' && line['peerId'] === rightId),
      right.waitFor((line) => line.event === 'PeerDiscovered' && line['peerId'] === leftId),
    ])
    expect(seen.map((line) => String(line['tags']))).toEqual(['side:right', 'side:left'])

    // The one that came asked, and was answered.
    right.say('reach')
    const reply = await right.waitFor('reply')
    expect(reply).toMatchObject({ ok: true, reachability: { lan: { state: 'on', found: [{ peerId: leftId }] } } })
  })

  it('[AD3] neither one of another network nor one with --no-mdns is found', async () => {
    using cable = layCable()
    const network = `lan-${randomUUID()}`
    await using silent = start(cable.left, network, '--no-mdns')
    await using stranger = start(cable.left, `${network}-other`)
    await using one = start(cable.left, network)
    await Promise.all([silent.waitFor('online'), stranger.waitFor('online')])
    const { peerId } = await one.waitFor('online')
    await using other = start(cable.right, network)
    // Those that can find each other did.
    await other.waitFor((line) => line.event === 'PeerDiscovered' && line['peerId'] === peerId)
    await one.waitFor('PeerDiscovered')
    for (const node of [one, other])
      expect(node.lines.filter(({ event }) => event === 'PeerDiscovered')).toHaveLength(1)
    for (const node of [silent, stranger])
      expect(node.lines.some(({ event }) => event === 'PeerDiscovered')).toBe(false)
  })
})
