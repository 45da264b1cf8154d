/**
 * The process that store-kill.test.ts kills: opens the store, appends events without end and says each once it is in the
 * store's hands. Its arguments are the database and a seed.
 */
import { writeSync } from 'node:fs'
import { networkIdFrom } from '../../src/shared/ids.ts'
import { openStore } from '../../src/main/store/store.ts'
import { SeededRandom } from '../sim/random.ts'

const [path = '', seed = ''] = process.argv.slice(2)
const network = networkIdFrom('killed')
const random = new SeededRandom(Number(seed))

/** Straight into the pipe, where it outlives this process. */
function say(line: object): void {
  writeSync(1, `${JSON.stringify(line)}\n`)
}

say({ stage: 'opening' })
const store = openStore({ path, now: () => Date.now() })
store.setSetting('seed', seed)
say({ stage: 'open' })

function step(): void {
  const at = Date.now()
  // Mostly single events; now and then more than the store lets wait, for a long write at once.
  const count = random.below(100) === 0 ? 1200 : 1
  let first = 0
  let last = 0
  for (let n = 0; n < count; n++) {
    last = store.append(network, at, { kind: 'DhtSlotClaimed', slot: random.below(1000) }).seq
    first ||= last
  }
  // A long write at once takes its time: only now is the last one in the store's hands.
  say({ stage: 'appended', first, last, at, handedOver: Date.now() })
  setTimeout(step, 1)
}
step()
// Without its parent there is nobody to kill it.
process.stdin.on('end', () => process.exit()).resume()
