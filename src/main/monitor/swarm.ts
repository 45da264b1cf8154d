/** Real peers on this machine: for the first look (the demo), for the command line and for tests. */
import type { DiscoveryConfig } from '../../shared/config.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { Logger, OpenNode } from './open-node.ts'
import { nodeSecret, openNode } from './open-node.ts'
import { seededRandom } from './seeded-random.ts'

/** Something that a swarm did. */
export interface SwarmChange {
  readonly kind: 'joined' | 'left' | 'retagged'
  readonly peerId: PeerId
  /** Where it can be dialed; null for one that left. */
  readonly address: string | null
}

/** What kind of swarm. */
export interface SwarmOptions {
  readonly network: string
  readonly nodes: number
  /** Joins and leaves a minute, each as likely. */
  readonly churnPerMinute: number
  /** Addresses of peers outside the swarm. */
  readonly bootstrap: readonly string[]
  readonly config: Partial<DiscoveryConfig>
  /** Of tags and churn. */
  readonly seed?: number
  readonly logger: Logger
  readonly onEvent?: (change: SwarmChange) => void
  readonly signal: AbortSignal
}

/** A running swarm. */
export interface Swarm {
  addresses(): readonly string[]
  peers(): readonly PeerId[]
  /** Graceful for all. Idempotent. */
  stop(): Promise<void>
}

const REGIONS = ['eu-west', 'eu-north', 'us-east', 'us-west', 'ap-south', 'sa-east']
const ROLES = ['validator', 'relay', 'archive', 'light']
const CLIENTS = ['client:1.4.0', 'client:1.4.2', 'client:1.5.0-rc1']
/** Peers of the swarm that each new one starts from. */
const STARTS_FROM = 3
/** Peers that start at once. */
const AT_ONCE = 4

/** Starts the swarm; resolves when all its peers are online. */
export async function startSwarm(options: SwarmOptions): Promise<Swarm> {
  const random = seededRandom(options.seed ?? Math.floor(Math.random() * 2 ** 32))
  const nodes: OpenNode[] = []
  const ended = new AbortController()
  const signal = AbortSignal.any([options.signal, ended.signal])
  let timer: NodeJS.Timeout | null = null
  let busy: Promise<unknown> = Promise.resolve()
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)]

  const tags = (): string[] => {
    const chosen = [`region:${pick(REGIONS)}`, `role:${pick(ROLES)}`, pick(CLIENTS) ?? '']
    return random() < 0.2 ? [...chosen, 'beta'] : chosen
  }
  const join = async (): Promise<void> => {
    const inside = Array.from({ length: STARTS_FROM }, () => pick(nodes)?.addresses()[0] ?? '').filter(
      (address) => address !== '',
    )
    const node = await openNode(
      {
        network: options.network,
        secret: nodeSecret(null),
        listen: ['/ip4/127.0.0.1/tcp/0'],
        bootstrap: [...new Set([...options.bootstrap, ...inside])],
        tags: tags(),
        config: options.config,
        dht: false,
        mdns: false,
        logger: options.logger,
      },
      signal,
    )
    nodes.push(node)
    options.onEvent?.({ kind: 'joined', peerId: node.peerId, address: node.addresses()[0] ?? null })
  }
  const leave = async (): Promise<void> => {
    // The first ones stay: their addresses are those that others were given.
    const index = STARTS_FROM + Math.floor(random() * (nodes.length - STARTS_FROM))
    const [node] = nodes.length > STARTS_FROM ? nodes.splice(index, 1) : []
    if (node === undefined) return
    await node.stop()
    options.onEvent?.({ kind: 'left', peerId: node.peerId, address: null })
  }
  const retag = async (): Promise<void> => {
    const node = pick(nodes)
    if (node === undefined) return
    const tag = `height:${Math.floor(random() * 1000)}`
    const old = node.discovery.me().entry.tags.filter((one) => one.startsWith('height:'))
    await node.discovery.updateLocalEntry((entry) => ({
      ...entry,
      tags: [...new Set([...entry.tags.filter((one) => !old.includes(one)), tag])].sort(),
    }))
    options.onEvent?.({ kind: 'retagged', peerId: node.peerId, address: node.addresses()[0] ?? null })
  }
  const churn = (): void => {
    // Exponential gaps: events of a real network come in no rhythm.
    const gap = (-Math.log(1 - random()) * 60_000) / options.churnPerMinute
    timer = setTimeout(() => {
      const missing = options.nodes - nodes.length
      const step = random() < 0.34 ? retag : random() < 0.5 + missing / 8 ? join : leave
      busy = step()
        .catch((error: unknown) => options.logger.debug({ err: error }, 'a step of the swarm failed'))
        .finally(() => {
          if (!signal.aborted) churn()
        })
    }, gap)
    timer.unref()
  }

  const stop = async (): Promise<void> => {
    ended.abort()
    if (timer !== null) clearTimeout(timer)
    await busy
    await Promise.all(nodes.splice(0).map((node) => node.stop()))
  }
  try {
    await join()
    for (let left = options.nodes - 1; left > 0; left -= AT_ONCE) {
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, left) }, join))
    }
  } catch (error) {
    await stop()
    throw error
  }
  if (options.churnPerMinute > 0) churn()
  return {
    addresses: () => nodes.flatMap((node) => node.addresses()[0] ?? []),
    peers: () => nodes.map((node) => node.peerId),
    stop,
  }
}
