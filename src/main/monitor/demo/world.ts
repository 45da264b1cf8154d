/** The peers of the demo: real nodes of the real protocol in one process, made to cost little, and led by the story. */
import type { DiscoveryConfig } from '../../../shared/config.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Clock } from '../../discovery/ports.ts'
import type { Logger, OpenNode } from '../open-node.ts'
import { openNode } from '../open-node.ts'
import { seededRandom } from '../seeded-random.ts'
import { secretOf, tagsOf } from './roster.ts'
import type { Candidate, StoryWorld } from './runner.ts'
import { PeerShape } from './shape.ts'

/** Peers that each new one starts from, and that stay. */
const FIXED = 3
/** Peers that start at once. */
const AT_ONCE = 4
/** Peers of the other half that one dials when the network heals. */
const MEETS = 2
/** Mean time between two that come or go after the story, milliseconds. */
const CHURN_MS = 20_000

/** What a world is made of. */
export interface WorldParts {
  readonly network: string
  readonly config: Partial<DiscoveryConfig>
  readonly seed: number
  readonly clock: Pick<Clock, 'schedule'>
  readonly logger: Logger
  readonly signal: AbortSignal
  /** Starts a peer; a real one where left out. */
  readonly open?: typeof openNode
}

interface Player {
  /** Its place, which makes it who it is: one who left and comes back has its id, tags and half again. */
  readonly place: number
  readonly node: OpenNode
  readonly shape: PeerShape
  readonly tags: readonly string[]
  /** The half that it is in. */
  readonly half: 0 | 1
}

/** The peers that run. */
export class DemoWorld implements StoryWorld {
  readonly #parts: WorldParts
  readonly #random: () => number
  readonly #ended = new AbortController()
  readonly #signal: AbortSignal
  readonly #players = new Map<PeerId, Player>()
  /** Places of those who are there, come or still end: two with one key would be twins. */
  readonly #taken = new Set<number>()
  #size = 0
  #split = false
  #cancelChurn: () => void = () => undefined
  /** Peers that come or go by themselves now: starting one may take longer than the time to the next. */
  readonly #churning = new Set<Promise<unknown>>()

  constructor(parts: WorldParts) {
    this.#parts = parts
    this.#random = seededRandom(parts.seed)
    this.#signal = AbortSignal.any([parts.signal, this.#ended.signal])
  }

  /** Starts the peers; resolves when all are online. @param size how many there are while nothing happens */
  async start(first: number, size: number): Promise<void> {
    this.#size = size
    await this.#join(null)
    for (let left = first - 1; left > 0; left -= AT_ONCE)
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, left) }, () => this.#join(null)))
  }

  addresses(): readonly string[] {
    return this.#sorted().flatMap(({ node }) => node.addresses()[0] ?? [])
  }

  peers(): readonly Candidate[] {
    return this.#sorted().map(({ node, tags, place }) => ({ peerId: node.peerId, tags, fixed: place < FIXED }))
  }

  async join(tags: readonly string[] | null): Promise<PeerId> {
    return (await this.#join(tags)).node.peerId
  }

  async crash(peerId: PeerId): Promise<void> {
    const player = this.#take(peerId)
    if (player === null) return
    player.shape.muted = true
    await this.#stop(player)
  }

  async leave(peerId: PeerId): Promise<void> {
    const player = this.#take(peerId)
    if (player !== null) await this.#stop(player)
  }

  slow(peerId: PeerId, byMs: number): void {
    const player = this.#players.get(peerId)
    if (player !== undefined) player.shape.delayMs = byMs
  }

  async split(): Promise<void> {
    this.#split = true
    const parting = this.#sorted().map(({ shape, half }) =>
      shape.part(shape.connected().filter((other) => this.#halfOf(other) !== half)),
    )
    await Promise.all(parting)
  }

  async heal(): Promise<void> {
    if (!this.#split) return
    this.#split = false
    const here = this.#sorted()
    const others = here.filter(({ half }) => half === 0)
    const meeting = here
      .filter(({ half }) => half === 1)
      .flatMap(({ shape, node }, n) => {
        const near = Array.from({ length: MEETS }, (_, k) => others[(n + k) % Math.max(1, others.length)]).flatMap(
          (other) => (other === undefined ? [] : { peerId: other.node.peerId, addresses: addressesOf(other.node) }),
        )
        return [...near, ...this.#guests(node)].map(({ peerId, addresses }) => shape.meet(peerId, addresses))
      })
    await Promise.all(meeting)
  }

  async reset(room: number): Promise<void> {
    // Who is on the way in or out has a place too.
    await Promise.all(this.#churning)
    for (const { shape } of this.#players.values()) shape.delayMs = 0
    await this.heal()
    const size = Math.max(1, this.#size - room)
    // The last ones go: others start from the first ones.
    const spare = this.#sorted().filter(({ place }) => place >= size)
    await Promise.all(spare.map(({ node }) => this.leave(node.peerId)))
    const missing = Array.from({ length: size }, (_, place) => place).filter((place) => !this.#taken.has(place))
    // Each takes the first free place.
    await Promise.all(missing.map(() => this.#join(null)))
  }

  churn(on: boolean): void {
    this.#cancelChurn()
    if (!on || this.#signal.aborted) return
    // Exponential gaps: events of a real network come in no rhythm.
    this.#cancelChurn = this.#parts.clock.schedule(-Math.log(1 - this.#random()) * CHURN_MS, () => {
      const leavers = this.#sorted().filter(({ place }) => place >= FIXED)
      const leaver = leavers[Math.floor(this.#random() * leavers.length)]
      const joins = this.#players.size < this.#size || leaver === undefined
      const churning: Promise<unknown> = (joins ? this.#join(null) : this.leave(leaver.node.peerId))
        .catch((error: unknown) => this.#parts.logger.debug({ err: error }, 'a peer of the demo could not come or go'))
        .finally(() => this.#churning.delete(churning))
      this.#churning.add(churning)
      this.churn(true)
    })
  }

  /** Graceful for all. Idempotent. */
  async stop(): Promise<void> {
    this.#ended.abort()
    this.#cancelChurn()
    await Promise.all(this.#churning)
    await Promise.all([...this.#players.keys()].map((peerId) => this.leave(peerId)))
  }

  /** By their places: the map is in the order in which they came up. */
  #sorted(): readonly Player[] {
    return [...this.#players.values()].toSorted((a, b) => a.place - b.place)
  }

  async #join(given: readonly string[] | null): Promise<Player> {
    // Who comes with tags of its own is not one of the usual peers, and takes no place of theirs.
    let place = given === null ? 0 : this.#size
    while (this.#taken.has(place)) place += 1
    this.#taken.add(place)
    try {
      const player = await this.#open(place, given ?? tagsOf(place))
      this.#players.set(player.node.peerId, player)
      return player
    } catch (error) {
      this.#taken.delete(place)
      throw error
    }
  }

  async #open(place: number, tags: readonly string[]): Promise<Player> {
    const { network, config, seed, logger } = this.#parts
    const half = (place % 2) as 0 | 1
    const shape = new PeerShape(seededRandom(seed + place))
    const from = this.#sorted().slice(0, FIXED)
    const node = await (this.#parts.open ?? openNode)(
      {
        network,
        secret: secretOf(seed, place),
        listen: ['/ip4/127.0.0.1/tcp/0'],
        bootstrap: from.flatMap((one) => one.node.addresses()[0] ?? []),
        tags,
        config,
        dht: false,
        mdns: false,
        logger,
        wrap: (ports) => shape.wrap(ports),
        // While it is split nobody gets in there: a guest that came that far would take itself for connected for a moment.
        admit: (other) => !this.#split || (other === null ? half === 0 : this.#halfOf(other) === half),
      },
      this.#signal,
    )
    return { place, node, shape, tags, half }
  }

  /** The half that a peer is in; that of guests is the first. */
  #halfOf(peerId: PeerId): 0 | 1 {
    return this.#players.get(peerId)?.half ?? 0
  }

  /** Peers that are not ours: who looks at the demo. */
  #guests(node: OpenNode): readonly { readonly peerId: PeerId; readonly addresses: readonly string[] }[] {
    return [...node.discovery.catalog().peers.values()].flatMap(({ entry: { peerId, addresses } }) =>
      this.#players.has(peerId) || addresses.length === 0 ? [] : { peerId, addresses },
    )
  }

  #take(peerId: PeerId): Player | null {
    const player = this.#players.get(peerId) ?? null
    this.#players.delete(peerId)
    return player
  }

  async #stop({ node, shape, place }: Player): Promise<void> {
    shape.end()
    await node.stop()
    this.#taken.delete(place)
  }
}

function addressesOf(node: OpenNode): readonly string[] {
  return node.discovery.health().addresses
}
