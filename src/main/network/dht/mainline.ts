/** The Dht port on the Mainline DHT: bittorrent-dht behind a guarded socket. */
import { createHash } from 'node:crypto'
import type BitTorrentDht from 'bittorrent-dht'
import type { DhtContact, DhtValue } from 'bittorrent-dht'
import { Cancelled, DhtFailed, errorShape } from '../../../shared/errors.ts'
import { reasonOf, withDeadline } from '../../discovery/base/deadline.ts'
import type { Clock, Dht, DhtItem, Signatures, Unsubscribe } from '../../discovery/ports.ts'
import { hostClass } from '../../../shared/reachability.ts'
import type { Logger } from '../logger.ts'
import type { SocketCounts } from './guarded-socket.ts'
import { GuardedSocket } from './guarded-socket.ts'
import { loadNodes, saveNodes } from './node-file.ts'
import type { DhtEndpoint } from './routers.ts'
import { maySendTo, PUBLIC_ROUTERS, reachOf, resolveEndpoints } from './routers.ts'

/** Queries under way at once: sixteen slots are looked up together. */
const CONCURRENCY = 64
/** How long one query of one node may take, milliseconds. */
const QUERY_MS = 1500
/** How long a lookup or a write may take, milliseconds. */
const WORK_MS = 20_000
/** How long the first nodes may take to answer, milliseconds: one query and a little. */
const SEED_MS = 2000
/** How long the end may take, milliseconds. */
const STOP_MS = 2000
/** How often the known nodes are kept in the file, milliseconds. */
const SAVE_MS = 60_000
/** Contacts of the routing table with one address, this machine's own apart. */
const CONTACTS_AN_ADDRESS = 4
/** Nodes that a query is told of (BEP 5). The library would tell all it knows: an answer of fifty times the question. */
const TOLD_NODES = 8

/** How a node of the DHT starts. */
export interface MainlineOptions {
  readonly clock: Clock
  readonly signatures: Signatures
  readonly logger: Logger
  /** The only nodes to start from; null takes the public routers. */
  readonly bootstrap: readonly DhtEndpoint[] | null
  /** Where known nodes are kept; null keeps none. */
  readonly nodesFile: string | null
}

/** What there is of a running node. */
interface Running {
  readonly library: BitTorrentDht
  readonly socket: GuardedSocket
}

/** A node of the Mainline DHT. */
export class MainlineDht implements Dht {
  readonly #options: MainlineOptions
  readonly #endpoints: readonly DhtEndpoint[]
  readonly #ended = new AbortController()
  #starting: Promise<Running> | null = null
  #running: Running | null = null
  #seeding: Promise<void> | null = null
  #stopping: Promise<void> | null = null
  #cancelSave: Unsubscribe = () => undefined

  constructor(options: MainlineOptions) {
    this.#options = options
    this.#endpoints = options.bootstrap ?? PUBLIC_ROUTERS
  }

  /** The UDP address of the socket; null where it does not run. */
  address(): DhtEndpoint | null {
    if (this.#running === null) return null
    const { address, port } = this.#running.library.address()
    return { host: address, port }
  }

  /** Nodes that are known now. */
  nodes(): readonly DhtEndpoint[] {
    return this.#running?.library.nodes.toArray().map(({ host, port }) => ({ host, port })) ?? []
  }

  /** What the socket counted; null before the start. */
  counts(): Readonly<SocketCounts> | null {
    return this.#running?.socket.counts ?? null
  }

  async start(signal: AbortSignal): Promise<void> {
    if (this.#ended.signal.aborted) throw new Cancelled('the DHT was stopped')
    if (signal.aborted) throw new Cancelled('the start was cancelled')
    this.#starting ??= this.#start().catch((error: unknown) => {
      // The next start tries again.
      this.#starting = null
      throw error
    })
    await this.#limited(this.#starting, signal)
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async get(publicKey: Uint8Array, signal: AbortSignal): Promise<DhtItem | null> {
    const { library, socket } = this.#runs(signal)
    if (library.nodes.count() === 0) await this.#limited(this.#seed(), signal)
    if (library.nodes.count() === 0) throw this.#nobody()
    const before = socket.counts.received
    const value = await this.#within<DhtValue | null>('a lookup', signal, (done, fail) =>
      library.get(targetOf(publicKey), { cache: false }, (error, found) =>
        error === null ? done(found) : fail(new DhtFailed(`the lookup failed: ${error.message}`, { cause: error })),
      ),
    )
    if (value === null && socket.counts.received === before) throw this.#nobody()
    return value === null ? null : itemOf(value)
  }

  async put(secret: Uint8Array, item: DhtItem, cas: bigint | null, signal: AbortSignal): Promise<boolean> {
    const { library } = this.#runs(signal)
    const { signatures } = this.#options
    const k = Buffer.from(signatures.publicKey(secret))
    // A node that holds nothing takes anything, so the newest number is looked up first. It also renews the write tokens.
    const newest = await this.get(k, signal)
    if ((newest?.seq ?? null) !== cas) return false
    const taken = await this.#within<boolean>('a write', signal, (done, fail) =>
      library.put(
        {
          k,
          v: Buffer.from(item.value),
          seq: numberOf(item.seq),
          // Where there should be nothing, anything that a node holds has another number than this.
          cas: numberOf(cas ?? 0n),
          sign: (message) => Buffer.from(signatures.sign(secret, message)),
        },
        (error) => {
          if (error === null) return done(true)
          // 301: another number was expected; 302: there is a newer one.
          if (error.code === 301 || error.code === 302) return done(false)
          return fail(new DhtFailed(`the write failed: ${error.message}`, { cause: error }))
        },
      ),
    )
    return taken && (await this.#standsThere(k, item, signal))
  }

  /** Nodes refuse one by one, so that only reading back tells who won. */
  async #standsThere(publicKey: Uint8Array, item: DhtItem, signal: AbortSignal): Promise<boolean> {
    const found = await this.get(publicKey, signal)
    if (found === null || found.seq < item.seq)
      throw new DhtFailed('what was written to the DHT could not be read back')
    return found.seq === item.seq && Buffer.compare(found.value, item.value) === 0
  }

  async #start(): Promise<Running> {
    const { default: Library } = await import('bittorrent-dht')
    const { clock, logger, signatures } = this.#options
    const reach = reachOf(this.#endpoints)
    const socket: GuardedSocket = new GuardedSocket({
      maySend: (host, port) => maySendTo(host, port, reach),
      now: () => clock.monotonic(),
      onStumble: (error) => {
        logger.debug({ err: error }, 'a packet that the DHT stumbled over')
        // It may have stumbled before it went on with what waits for an answer.
        queueMicrotask(() => resume(library))
      },
    })
    const library = new Library({
      bootstrap: await resolveEndpoints(this.#endpoints),
      verify: (signature, message, publicKey) =>
        isBytes(signature, 64) && isBytes(publicKey, 32) && signatures.verify({ publicKey, message, signature }),
      socket,
      concurrency: CONCURRENCY,
      timeout: QUERY_MS,
      maxTables: 256,
      maxValues: 1000,
      maxPeers: 1000,
    })
    const closest = library.nodes.closest.bind(library.nodes)
    library.nodes.closest = (id, n = TOLD_NODES) => closest(id, n)
    library.on('warning', () => undefined)
    library.on('node', (contact: DhtContact) => removeSurplus(library, contact))
    try {
      await listening(library, socket, reach.size === 1 && reach.has('loopback') ? '127.0.0.1' : '0.0.0.0')
    } catch (error) {
      library.destroy(() => undefined)
      throw error
    }
    if (this.#ended.signal.aborted) {
      library.destroy(() => undefined)
      throw new Cancelled('the DHT was stopped')
    }
    this.#running = { library, socket }
    this.#scheduleSave()
    await this.#seed()
    return this.#running
  }

  /** Asks the nodes to start from, and those known from before; resolves when one answered, or after a while. */
  #seed(): Promise<void> {
    this.#seeding ??= this.#askFirst().finally(() => {
      this.#seeding = null
    })
    return this.#seeding
  }

  async #askFirst(): Promise<void> {
    const library = this.#running?.library
    if (library === undefined) return
    const { clock, nodesFile } = this.#options
    const kept = nodesFile === null ? [] : await loadNodes(nodesFile, this.#endpoints)
    const known = [...(await resolveEndpoints(this.#endpoints)), ...kept]
    if (this.#ended.signal.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = clock.schedule(SEED_MS, resolve)
    library.on('node', resolve)
    this.#ended.signal.addEventListener('abort', () => resolve(), { once: true })
    for (const endpoint of known) library.addNode(endpoint)
    if (library.nodes.count() > 0) resolve()
    await promise
    cancel()
    library.off('node', resolve)
  }

  async #stop(): Promise<void> {
    this.#ended.abort(new Cancelled('the DHT was stopped'))
    this.#cancelSave()
    // A start under way ends by itself when it gets there.
    const running = this.#running
    if (running === null) return
    await this.#save()
    this.#running = null
    let cancel: Unsubscribe = () => undefined
    await new Promise<void>((resolve) => {
      cancel = this.#options.clock.schedule(STOP_MS, resolve)
      running.library.destroy(resolve)
    })
    cancel()
  }

  #scheduleSave(): void {
    this.#cancelSave = this.#options.clock.schedule(SAVE_MS, () => {
      void this.#save()
      this.#scheduleSave()
    })
  }

  /** An empty table says only that there was no network: what was kept before stays. */
  async #save(): Promise<void> {
    const { nodesFile, logger } = this.#options
    const nodes = this.nodes()
    if (nodesFile === null || nodes.length === 0) return
    await saveNodes(nodesFile, this.#endpoints, nodes).catch((error: unknown) =>
      logger.warn({ err: error }, 'the nodes of the DHT could not be kept'),
    )
  }

  #runs(signal: AbortSignal): Running {
    if (this.#ended.signal.aborted) throw new Cancelled('the DHT was stopped')
    if (signal.aborted) throw reasonOf(signal)
    if (this.#running === null) throw new DhtFailed('the DHT was not started')
    return this.#running
  }

  #nobody(): DhtFailed {
    return new DhtFailed('no node of the DHT answers; is UDP blocked, or the network down?')
  }

  /** The library's callbacks never come after its end, so that every wait has an end of its own. */
  async #within<T>(
    what: string,
    signal: AbortSignal,
    work: (done: (value: T) => void, fail: (error: Error) => void) => void,
  ): Promise<T> {
    const ends = AbortSignal.any([signal, this.#ended.signal])
    return await withDeadline(
      this.#options.clock,
      WORK_MS,
      ends,
      `${what} in the DHT`,
      () =>
        new Promise<T>((resolve, reject) => {
          try {
            work(resolve, reject)
          } catch (error) {
            reject(new DhtFailed(`${what} in the DHT failed: ${errorShape(error).message}`, { cause: error }))
          }
        }),
    )
  }

  /** What the promise comes to, unless the signal fires or the node is stopped before. */
  async #limited(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
    await withDeadline(
      this.#options.clock,
      WORK_MS,
      AbortSignal.any([signal, this.#ended.signal]),
      'the DHT',
      async () => {
        await work
      },
    )
  }
}

/** Resolves once the socket is bound. @throws DhtFailed */
function listening(library: BitTorrentDht, socket: GuardedSocket, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // The library tells some errors, and swallows the rest.
    library.on('error', () => undefined)
    socket.once('error', (error: Error) =>
      reject(new DhtFailed(`no UDP socket for the DHT: ${error.message}`, { cause: error })),
    )
    library.listen(0, host, resolve)
  })
}

/**
 * A new contact goes again if its place, address and port, is in the table already, or its address too often: whoever
 * answers under many ids at one place could else fill the table, and no lookup would leave it. The older one stays, since
 * senders can be forged; an older one that is gone goes with the next query to it.
 */
function removeSurplus(library: BitTorrentDht, added: DhtContact): void {
  const alike = library.nodes
    .toArray()
    .filter(({ id, host }) => host === added.host && Buffer.compare(id, added.id) !== 0)
  const local = hostClass(`/ip4/${added.host}`) === 'loopback'
  if (alike.some(({ port }) => port === added.port) || (!local && alike.length >= CONTACTS_AN_ADDRESS))
    library.removeNode(added.id)
}

/** Lets queries go on that wait for room. It must not throw where nobody catches. */
function resume(library: BitTorrentDht): void {
  try {
    library._rpc.socket.emit('update')
  } catch {
    // The next packet tries again.
  }
}

/** BEP 44: where an item of this key lies. */
function targetOf(publicKey: Uint8Array): Uint8Array {
  return createHash('sha1').update(publicKey).digest()
}

/** @throws DhtFailed for numbers that the library cannot hold exactly */
function numberOf(seq: bigint): number {
  if (seq < 0n || seq > BigInt(Number.MAX_SAFE_INTEGER)) throw new DhtFailed(`${seq} is no sequence number for the DHT`)
  return Number(seq)
}

/** Whoever knows a key can write anything, types included; what is no value is an empty one. */
function itemOf({ v, seq }: DhtValue): DhtItem {
  const value = v instanceof Uint8Array ? Uint8Array.from(v) : new Uint8Array(0)
  const whole = typeof seq === 'number' && Number.isSafeInteger(seq) && seq >= 0
  return { value, seq: whole ? BigInt(seq) : 0n }
}

function isBytes(value: unknown, length: number): value is Uint8Array {
  return value instanceof Uint8Array && value.length === length
}
