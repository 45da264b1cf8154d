/** The second node, in a process of its own: knows all peers of the network. Arguments: peers, when they were updated, purgeAfter. */
import pino from 'pino'
import { openNode } from '../../src/main/monitor/open-node.ts'
import { entryOf, NETWORK_NAME, secretOf } from './entries.ts'

const [peers, at, purgeAfter] = process.argv.slice(2).map(Number) as [number, number, number]
const node = await openNode(
  {
    network: NETWORK_NAME,
    secret: secretOf(-1),
    listen: ['/ip4/127.0.0.1/tcp/0'],
    bootstrap: [],
    tags: [],
    config: { purgeAfter },
    dht: false,
    mdns: false,
    logger: pino({ level: 'silent' }),
  },
  new AbortController().signal,
)
const outcomes = new Map<string, number>()
for (let index = 0; index < peers; index += 1) {
  const outcome = await node.discovery.feed(entryOf(index, at))
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  if (index % 50 === 49) await new Promise((resolve) => setImmediate(resolve))
}
process.send?.({ address: node.addresses()[0], known: outcomes.get('New') ?? 0 })
process.once('disconnect', () => void node.stop().finally(() => process.exit(0)))
