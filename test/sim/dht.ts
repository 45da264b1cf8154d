/** A simulated Mainline DHT: some replicas, each with its own view, which never forget. */
import { Cancelled, DhtFailed } from '../../src/shared/errors.ts'
import type { Clock, Dht, DhtItem } from '../../src/main/discovery/ports.ts'
import { reasonOf, sleep } from '../../src/main/discovery/base/deadline.ts'
import { simSignatures } from './signatures.ts'
import type { Host, World } from './world.ts'

/** Nodes that keep each item. */
const REPLICAS = 4
/** How long a node without the network waits before it gives up, milliseconds. */
const GIVE_UP_MS = 3000

const nameOf = (publicKey: Uint8Array): string => Buffer.from(publicKey).toString('hex')

/** All of the DHT, whoever uses it. */
export class SimDht {
  readonly #world: World
  readonly #replicas = Array.from({ length: REPLICAS }, () => new Map<string, DhtItem>())
  /** Whether the host reaches the DHT. */
  reaches: (host: Host) => boolean = () => true
  gets = 0
  puts = 0

  constructor(world: World) {
    this.#world = world
  }

  /** The DHT as one host sees it. */
  port(host: Host): Dht {
    return new SimDhtPort(this, host)
  }

  /** The newest item of all replicas. */
  newest(publicKey: Uint8Array): DhtItem | null {
    return this.#replicas
      .map((items) => items.get(nameOf(publicKey)) ?? null)
      .reduce((best, item) => (item !== null && item.seq > (best?.seq ?? -1n) ? item : best), null)
  }

  /** Whatever is there is replaced, as by somebody who knows the secret too. */
  plant(publicKey: Uint8Array, item: DhtItem): void {
    for (const items of this.#replicas) items.set(nameOf(publicKey), item)
  }

  /** Items are forgotten, as after two hours. */
  forget(publicKey: Uint8Array): void {
    for (const items of this.#replicas) items.delete(nameOf(publicKey))
  }

  /** Asks every replica, each in its own time; resolves with what they said once all did. */
  async each<T>(clock: Clock, signal: AbortSignal, ask: (items: Map<string, DhtItem>) => T): Promise<readonly T[]> {
    return await Promise.all(
      this.#replicas.map(async (items) => {
        await sleep(clock, this.#world.latency(), signal)
        const answer = ask(items)
        await sleep(clock, this.#world.latency(), signal)
        return answer
      }),
    )
  }
}

class SimDhtPort implements Dht {
  readonly #dht: SimDht
  readonly #host: Host
  readonly #ended = new AbortController()
  #started = false

  constructor(dht: SimDht, host: Host) {
    this.#dht = dht
    this.#host = host
  }

  async start(signal: AbortSignal): Promise<void> {
    if (this.#ended.signal.aborted || signal.aborted) throw new Cancelled('the start was cancelled')
    this.#started = true
    await Promise.resolve()
  }

  async stop(): Promise<void> {
    this.#ended.abort(new Cancelled('the DHT was stopped'))
    await Promise.resolve()
  }

  async get(publicKey: Uint8Array, signal: AbortSignal): Promise<DhtItem | null> {
    const ends = await this.#running(signal)
    this.#dht.gets += 1
    const found = await this.#dht.each(this.#host.ports.clock, ends, (items) => items.get(nameOf(publicKey)) ?? null)
    return found.reduce((best, item) => (item !== null && item.seq > (best?.seq ?? -1n) ? item : best), null)
  }

  async put(secret: Uint8Array, item: DhtItem, cas: bigint | null, signal: AbortSignal): Promise<boolean> {
    const publicKey = simSignatures().publicKey(secret)
    const newest = await this.get(publicKey, signal)
    if ((newest?.seq ?? null) !== cas) return false
    const ends = await this.#running(signal)
    this.#dht.puts += 1
    const taken = await this.#dht.each(this.#host.ports.clock, ends, (items) => {
      const before = items.get(nameOf(publicKey))
      // A replica that holds nothing takes anything: compare-and-swap is only as good as that.
      if (before !== undefined && (before.seq !== (cas ?? 0n) || item.seq <= before.seq)) return false
      items.set(nameOf(publicKey), { value: Uint8Array.from(item.value), seq: item.seq })
      return true
    })
    if (!taken.includes(true)) return false
    const after = await this.get(publicKey, signal)
    return after !== null && after.seq === item.seq && Buffer.compare(after.value, item.value) === 0
  }

  async #running(signal: AbortSignal): Promise<AbortSignal> {
    const ends = AbortSignal.any([signal, this.#ended.signal])
    if (ends.aborted) throw reasonOf(ends)
    if (!this.#started) throw new DhtFailed('the DHT was not started')
    if (this.#dht.reaches(this.#host)) return ends
    await sleep(this.#host.ports.clock, GIVE_UP_MS, ends)
    throw new DhtFailed('no node of the DHT answers')
  }
}
