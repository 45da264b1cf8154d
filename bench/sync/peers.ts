/** Two peers of one process with the real catalog and real signatures, and entries for them. */
import { createHash, createPrivateKey, sign as signWith } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { resolveConfig } from '../../src/shared/config.ts'
import { StreamEnded, StreamFailed } from '../../src/shared/errors.ts'
import type { PeerId } from '../../src/shared/ids.ts'
import { networkIdFrom, peerIdOf } from '../../src/shared/ids.ts'
import { peerscope } from '../../src/main/discovery/dialects/peerscope/peerscope.ts'
import { TestBus } from '../../test/support/discovery/bus.ts'
import { Catalog } from '../../src/main/discovery/catalog/catalog.ts'
import type { SignedPeerEntry } from '../../src/main/discovery/entry.ts'
import { signEntry } from '../../src/main/discovery/entry.ts'
import type { Link, Signatures } from '../../src/main/discovery/ports.ts'
import type { SyncParts } from '../../test/support/discovery/sync-over-link.ts'
import { createSignatures } from '../../src/main/network/signatures.ts'
import { systemClock } from '../../src/main/network/clock.ts'

const NETWORK = networkIdFrom('bench-sync')
/** One time for all that is asked of the catalogs, so that nothing gets stale in a long run. */
const NOW = Date.now()
const CONFIG = resolveConfig({ maxPeers: 100_000 })
/** DER head of an Ed25519 private key; the 32 secret bytes follow. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')

/** What one exchange cost. Sizes in bytes. */
export interface Cost {
  readonly ms: number
  /** From the side that asks, and to it. */
  readonly bytesOut: number
  readonly bytesIn: number
  readonly roundTrips: number
  /** Longest block of the event loop, both peers on it, milliseconds. */
  readonly blockMs: number
  /** What each side had to build before it could begin, milliseconds; zero for what is kept as entries come. */
  readonly prepareMs: number
}

/** Signs as the app does, with OpenSSL: making the entries is not what is measured. */
const quickSignatures: Signatures = {
  ...createSignatures(),
  sign: (secret, message) =>
    signWith(
      null,
      message,
      createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, secret]), format: 'der', type: 'pkcs8' }),
    ),
}

/** The signed entry of the so-many-th peer of the benchmark. */
export function benchEntry(index: number): SignedPeerEntry {
  const secret = Uint8Array.from(createHash('sha256').update(`peerscope bench ${index}`).digest())
  const host = `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`
  return signEntry(
    {
      protocolVersion: '1.0.0',
      networkId: NETWORK,
      version: { startedAt: NOW - 86_400_000 + index, updatedAt: NOW - (index % 100_000) },
      peerId: peerIdOf(quickSignatures.publicKey(secret)),
      addresses: [`/ip4/${host}/tcp/4001`, `/ip4/${host}/tcp/4002/ws`],
      tags: ['region:eu', 'role:relay'],
      streams: [],
      functions: [],
      groups: [],
      tickets: [],
    },
    secret,
    quickSignatures,
    peerscope,
  )
}

/** One side of an exchange. */
export class BenchPeer {
  readonly catalog: Catalog
  readonly parts: SyncParts
  readonly self: PeerId

  /** @param entries what it knows; the first is its own */
  constructor(entries: readonly SignedPeerEntry[]) {
    const [own, ...others] = entries
    if (own === undefined) throw new Error('a peer has an entry of its own')
    const bus = new TestBus()
    const catalog = new Catalog(own, CONFIG, NOW, bus)
    for (const signed of others) catalog.upsertSigned(signed, 'sync', NOW)
    this.catalog = catalog
    this.self = own.entry.peerId
    this.parts = {
      clock: systemClock,
      signatures: createSignatures(),
      catalog: {
        index: catalog.index,
        entry: (peerId) => catalog.get(peerId)?.signed ?? null,
        isNews: (peerId, entry) => catalog.isNews(peerId, entry, NOW),
        mayBeNews: (peerId, version) => catalog.mayBeNews(peerId, version, NOW),
        hasRoom: () => catalog.hasRoom(),
        accept: (news) =>
          Promise.resolve(
            news.filter((signed) => /New|Updated/.test(catalog.upsertSigned(signed, 'sync', NOW).outcome)).length,
          ),
      },
    }
  }

  /** Ids of all known peers. */
  ids(): readonly PeerId[] {
    return this.catalog.index.itemsOf('').map(({ peerId }) => peerId)
  }
}

/** Counts what goes over it; each message takes a turn of the event loop, as one from a socket does. */
export class Wire {
  bytesOut = 0
  bytesIn = 0
  roundTrips = 0

  /** One message from the asking side. */
  async ask(message: Uint8Array): Promise<Uint8Array> {
    this.bytesOut += message.length
    this.roundTrips += 1
    return await carried(message)
  }

  /** One message to the asking side. */
  async answer(message: Uint8Array): Promise<Uint8Array> {
    this.bytesIn += message.length
    return await carried(message)
  }

  /** Both ends as links: the asking one, then the answering one. */
  links(remotes: readonly [PeerId, PeerId]): readonly [Link, Link] {
    const [asking, answering] = [new Inbox(), new Inbox()]
    return [
      link(remotes[1], asking, answering, (message) => this.ask(message)),
      link(remotes[0], answering, asking, (message) => this.answer(message)),
    ]
  }
}

/** Runs an exchange and measures it. */
export async function measured(wire: Wire, prepareMs: number, run: () => Promise<unknown>): Promise<Cost> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  // What was left over by the exchange before is not to be counted here.
  globalThis.gc?.()
  await turn()
  delay.enable()
  const from = performance.now()
  await run()
  const ms = performance.now() - from
  // The last block is noted by the first timer after it.
  await new Promise((resolve) => setTimeout(resolve, 5))
  delay.disable()
  const { bytesOut, bytesIn, roundTrips } = wire
  return { ms, bytesOut, bytesIn, roundTrips, blockMs: delay.max / 1e6, prepareMs }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

async function carried(message: Uint8Array): Promise<Uint8Array> {
  const copy = Uint8Array.from(message)
  await turn()
  return copy
}

class Inbox {
  readonly #messages: (Uint8Array | StreamFailed)[] = []
  #waiting: (() => void) | null = null

  put(message: Uint8Array | StreamFailed): void {
    this.#messages.push(message)
    this.#waiting?.()
  }

  async take(): Promise<Uint8Array> {
    if (this.#messages.length === 0) await new Promise<void>((resolve) => (this.#waiting = resolve))
    this.#waiting = null
    const message = this.#messages.shift()
    if (message instanceof Uint8Array) return message
    throw message ?? new StreamFailed('the stream ended')
  }
}

function link(remote: PeerId, mine: Inbox, theirs: Inbox, carry: (message: Uint8Array) => Promise<Uint8Array>): Link {
  return {
    remote,
    read: () => mine.take(),
    write: async (message) => theirs.put(await carry(message)),
    close: () => Promise.resolve(theirs.put(new StreamEnded('the stream ended'))),
    abort: (reason) => {
      mine.put(new StreamFailed(reason.message))
      theirs.put(new StreamFailed('the stream was reset'))
    },
  }
}
