/** Joins a network, advertises a tag, and prints who comes and goes. `npm run example -- examples/watch.ts NETWORK [BOOTSTRAP…]` */
import { Discovery } from 'peerscope'

const [network = 'example', ...bootstrap] = process.argv.slice(2)
await using discovery = await Discovery.join({ network, bootstrap, tags: ['role:watcher'] })
process.once('SIGINT', () => void discovery.leave()).once('SIGTERM', () => void discovery.leave())

console.log(`bootstrap address for others: ${discovery.addresses()[0]}`)
for await (const event of discovery.events()) {
  if (event.kind === 'PeerDiscovered') console.log(`+ ${event.peerId} ${event.tags.join(' ')}`)
  if (event.kind === 'PeerDeparted') console.log(`- ${event.peerId} (${event.reason})`)
}
