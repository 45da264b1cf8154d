/**
 * The process that store-kill.test.ts kills: opens the store, appends events without end and says each once it is in the
 * store's hands. Its arguments are the database and a seed.
 */
import { writeSync } from 'node:fs'
import { networkIdFrom } from '../../src/shared/ids.ts'
import type { Edge } from '../../src/shared/peer.ts'
import { openStore } from '../../src/main/store/store.ts'
import { SeededRandom } from '../sim/random.ts'
import { idOf } from '../support/discovery/entries.ts'
import { keyOf } from '../support/networks.ts'

const [path = '', seed = ''] = process.argv.slice(2)
const network = networkIdFrom('killed')
const random = new SeededRandom(Number(seed))
const peers = Array.from({ length: 20 }, (_, n) => idOf(`p${n}`))
let noted = 0

/** Straight into the pipe, where it outlives this process. */
function say(line: object): void {
  writeSync(1, `${JSON.stringify(line)}\n`)
}

say({ stage: 'opening' })
const store = openStore({ path, now: () => Date.now() })
store.setSetting('seed', seed)
// So little is kept that the sweeper has work all the time.
store.setRetention({ maxAgeMs: 24 * 3_600_000, maxBytes: 1e12 })
say({ stage: 'open' })

/** What is written beside events: now and then each of the other things. */
function beside(at: number): void {
  const peerId = random.pick(peers)
  const version = { startedAt: 1, updatedAt: at }
  const choice = random.below(8)
  if (choice === 0) store.sessionStarted(keyOf(network), peerId, at, version, 'gossip')
  if (choice === 1) store.sessionEnded(keyOf(network), peerId, at, 'purged')
  if (choice === 2) store.recordVersion(keyOf(network), peerId, { version, at, source: 'gossip' })
  // Too old to stay.
  if (choice === 3) store.recordRtt(keyOf(network), peerId, { at: at - 48 * 3_600_000, ms: 1 })
  if (choice === 4) {
    const edge: Edge = { a: peerId, b: random.pick(peers), kind: 'holds', saidBy: peerId, at }
    store.putTopology(keyOf(network), { at, edges: [edge] })
  }
  if (choice === 5 && random.below(10) === 0) {
    noted += 1
    // One after the other, so that the next one does not replace the last that was said.
    store.setNote(keyOf(network), peers[noted % peers.length] ?? peerId, { name: `${seed} ${noted}`, note: 'kept' })
    say({ stage: 'noted', name: `${seed} ${noted}` })
  }
}

function step(): void {
  const at = Date.now()
  // Mostly single events; now and then more than the store lets wait, for a long write at once.
  const count = random.below(100) === 0 ? 1200 : 1
  let first = 0
  let last = 0
  for (let n = 0; n < count; n++) {
    last = store.append(keyOf(network), at, { kind: 'DhtSlotClaimed', slot: random.below(1000) }).seq
    first ||= last
  }
  beside(at)
  // A long write at once takes its time: only now is the last one in the store's hands.
  say({ stage: 'appended', first, last, at, handedOver: Date.now() })
  setTimeout(step, 1)
}
step()
// Without its parent there is nobody to kill it.
process.stdin.on('end', () => process.exit()).resume()
