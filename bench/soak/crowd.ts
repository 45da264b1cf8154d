/**
 * The crowd: one connected peer passes on entries and goodbyes of many that come and go, and strangers connect, say nothing
 * and leave. Arguments: network, joins and leaves a minute, strangers a second, and the addresses of those that are watched.
 * Sends what it did so far every second, and ends when its parent does.
 */
import type { Entry } from '../../src/main/discovery/dialects/peerscope/wire/generated/discovery.js'
import { Attacker, announcement, secret, signatures } from '../../test/integration/hostile/attacker.ts'
import { ownBuffer } from '../../src/main/discovery/base/bytes.ts'
import type { Crowded } from './protocol.ts'

/** Those that are there at a time. */
const PRESENT = 200
/** How often one that is there announces itself, milliseconds. */
const ANNOUNCED_MS = 20_000
/** One in so many leaves without a goodbye. */
const CRASHES = 10
/** Strangers that are there at a time at the most: a watched process may be slow. */
const STRANGERS = 60
/** How long a stranger stays, milliseconds. */
const STAY_MS = 500

interface Member {
  readonly key: Uint8Array
  readonly startedAt: number
  readonly number: number
}

const [network = '', changes = '900', passing = '20', ...addresses] = process.argv.slice(2)
const counts = { joined: 0, left: 0, crashed: 0, strangers: 0, refused: 0 }
const members: Member[] = []
let speaker = await Attacker.meet(network, addresses[0] ?? '')
let number = 0
let repeat = 0
let strangersNow = 0

for (let index = 0; index < PRESENT; index += 1) await join()

every(60_000 / Number(changes), async (turn) => {
  if (turn % 2 === 0) return join()
  const oldest = members.shift()
  if (oldest === undefined) return
  if (counts.left % CRASHES === CRASHES - 1) counts.crashed += 1
  else await say(speaker.goodbye(fieldsOf(oldest), oldest.key))
  counts.left += 1
})
every(ANNOUNCED_MS / PRESENT, async (turn) => {
  const member = members[turn % Math.max(1, members.length)]
  if (member !== undefined) await announce(member)
})
every(1000 / Number(passing), async (turn) => {
  if (strangersNow >= STRANGERS) return void (counts.refused += 1)
  strangersNow += 1
  void passBy(addresses[turn % addresses.length] ?? '').finally(() => (strangersNow -= 1))
})
setInterval(() => process.send?.({ ...counts } satisfies Crowded), 1000)
process.on('disconnect', () => process.exit(0))

async function join(): Promise<void> {
  number += 1
  const member = { key: secret(), startedAt: Date.now(), number }
  members.push(member)
  counts.joined += 1
  await announce(member)
}

async function announce(member: Member): Promise<void> {
  repeat += 1
  await say(announcement(speaker.entry(fieldsOf(member), member.key), repeat))
}

/** A node closes connections that serve it for nothing: then another one passes on. */
async function say(message: Uint8Array): Promise<void> {
  if (speaker.connected && (await speaker.publish([message]))) return
  const before = speaker
  speaker = await Attacker.meet(network, addresses[0] ?? '')
  await before.stop()
  await speaker.publish([message])
}

/** Nobody can be reached at these addresses: they are of a block for documentation. */
function fieldsOf({ key, startedAt, number: index }: Member): Partial<Entry> {
  return {
    publicKey: ownBuffer(signatures.publicKey(key)),
    startedAt,
    addresses: [`/ip4/192.0.2.${1 + (index % 250)}/tcp/${4000 + (index % 1000)}`],
    tags: [`number:${index}`, 'soak'],
  }
}

async function passBy(address: string): Promise<void> {
  try {
    const stranger = await Attacker.meet(network, address)
    counts.strangers += 1
    await new Promise((resolve) => setTimeout(resolve, STAY_MS))
    await stranger.stop()
  } catch {
    counts.refused += 1
  }
}

/** Runs it again and again; one that is late is not made up for by two at once. */
function every(ms: number, run: (turn: number) => Promise<void>): void {
  let turn = 0
  const next = async (): Promise<void> => {
    const from = performance.now()
    await run(turn).catch(() => (counts.refused += 1))
    turn += 1
    setTimeout(() => void next(), Math.max(0, ms - (performance.now() - from)))
  }
  void next()
}
