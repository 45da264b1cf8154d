/** `node leave-program.ts`: joins and leaves by the library, and says what still keeps the process alive. */
import { randomUUID } from 'node:crypto'
import { Discovery } from '../../src/main/api.ts'

/** libp2p's queues tell a millisecond later that they are empty. */
const TURNS = 20
/** Longest time until both know each other, milliseconds; the test then sees that they do not. */
const LIMIT_MS = 60_000

const network = `leave-${randomUUID()}`
const options = { network, listen: ['/ip4/127.0.0.1/tcp/0'], config: { gracefulDepartureWindow: 10 } }
const hub = await Discovery.join(options)
const one = await Discovery.join({ ...options, bootstrap: hub.addresses() })
const nodes = [hub, one]
const known = (): number[] => nodes.map((node) => node.catalog().peers.size)
const end = performance.now() + LIMIT_MS
while (known().some((count) => count < nodes.length) && performance.now() < end) await turn()
const before = known()
await Promise.all(nodes.map((node) => node.leave()))
const kept = (): string[] => process.getActiveResourcesInfo().filter((kind) => /Timeout|TCP|UDP/.test(kind))
for (let turns = 0; turns < TURNS && kept().length > 0; turns += 1) await turn()
process.stdout.write(JSON.stringify({ known: before, left: kept() }))

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1))
}
