import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { startCli } from '../support/cli-process.ts'
import type { CliProcess } from '../support/cli-process.ts'
import type { Host } from '../support/namespaces.ts'
import { layCable, namespacesUnavailable } from '../support/namespaces.ts'

const reason = namespacesUnavailable()
/** Nodes on each side. */
const SIDE = 6
const QUICK = [
  '--announce-interval',
  '500ms',
  '--announce-jitter',
  '0',
  '--purge-after',
  '3s',
  '--rtt-probe-interval',
  '1s',
  '--rtt-dial-interval',
  '1s',
]

interface Running {
  readonly process: CliProcess
  readonly peerId: string
  readonly address: string
}

async function start(host: Host, network: string, bootstrap: readonly string[]): Promise<Running> {
  const process = startCli(
    [
      'node',
      '--network',
      network,
      '--listen',
      `/ip4/${host.ip}/tcp/0`,
      '--no-dht',
      '--no-mdns',
      ...QUICK,
      ...bootstrap.flatMap((address) => ['--bootstrap', address]),
    ],
    host,
  )
  const online = await process.waitFor('online')
  return { process, peerId: String(online['peerId']), address: (online['addresses'] as string[])[0] ?? '' }
}

/** The peers that a node holds after the lines that it printed so far. */
function known(node: Running): ReadonlySet<string> {
  const peers = new Set<string>()
  for (const line of node.process.lines) {
    if (line.event === 'PeerDiscovered') peers.add(String(line['peerId']))
    if (line.event === 'PeerDeparted') peers.delete(String(line['peerId']))
  }
  return peers
}

async function allKnow(nodes: readonly Running[], others: readonly Running[], limitMs = 120_000): Promise<void> {
  const expected = others.map((node) => node.peerId)
  await Promise.all(
    nodes.map((node) =>
      node.process.waitFor(() => {
        const peers = known(node)
        const wanted = expected.filter((peerId) => peerId !== node.peerId)
        return peers.size === wanted.length && wanted.every((peerId) => peers.has(peerId))
      }, limitMs),
    ),
  )
}

describe.skipIf(reason !== null)(`twelve nodes on two hosts${reason === null ? '' : ` (skipped: ${reason})`}`, () => {
  it(
    '[AN10] split six to six for longer than purgeAfter, then healed, all know all again',
    { timeout: 300_000 },
    async () => {
      using cable = layCable()
      const network = `split-${randomUUID()}`
      const first = await start(cable.left, network, [])
      const rest = await Promise.all(
        Array.from({ length: 2 * SIDE - 1 }, (_, index) =>
          start(index < SIDE - 1 ? cable.left : cable.right, network, [first.address]),
        ),
      )
      const nodes = [first, ...rest]
      await using _cleanup = {
        [Symbol.asyncDispose]: async () =>
          void (await Promise.all(nodes.map(({ process }) => process.stop('SIGKILL')))),
      }
      await allKnow(nodes, nodes)

      cable.cut()
      await allKnow(nodes.slice(0, SIDE), nodes.slice(0, SIDE))
      await allKnow(nodes.slice(SIDE), nodes.slice(SIDE))
      const reasons = first.process.lines.filter((line) => line.event === 'PeerDeparted').map((line) => line['reason'])
      expect(new Set(reasons)).toEqual(new Set(['purged']))

      cable.heal()
      await allKnow(nodes, nodes)
    },
  )

  it('[SY1] with delay and loss on the cable all still know all', { timeout: 120_000 }, async (context) => {
    using cable = layCable()
    if (!cable.disturb(40, 3)) context.skip('this kernel has no netem')
    const network = `lossy-${randomUUID()}`
    const first = await start(cable.left, network, [])
    const rest = await Promise.all(
      Array.from({ length: 5 }, (_, index) => start(index < 2 ? cable.left : cable.right, network, [first.address])),
    )
    const nodes = [first, ...rest]
    await using _cleanup = {
      [Symbol.asyncDispose]: async () => void (await Promise.all(nodes.map(({ process }) => process.stop('SIGKILL')))),
    }
    await allKnow(nodes, nodes, 60_000)
    for (const { process } of nodes) expect(process.lines.some((line) => line.event === 'NetworkFailed')).toBe(false)
  })
})
