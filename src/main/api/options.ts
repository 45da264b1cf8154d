// From pino itself: by way of our own modules every program would compile libp2p's types too.
import type { Logger } from 'pino'
import type { DiscoveryConfig } from '../../shared/config.ts'
import { InvalidArgument } from '../../shared/errors.ts'
import type { NetworkKind } from '../../shared/network-kind.ts'
import { isNetworkKind, NETWORK_KINDS } from '../../shared/network-kind.ts'

/** What a program says to join a network. */
export interface JoinOptions {
  /** The network's name, or its id as 64 hex digits. All nodes that share it form one network. */
  readonly network: string
  /**
   * `mosaik` for a network of the Rust crate mosaik, over iroh, which is loaded then. Default: `peerscope`.
   */
  readonly kind?: NetworkKind | undefined
  /**
   * The relays of a mosaik network: `off`, `default` for the public ones of iroh's makers, or the URL of one. They learn our IP
   * address and our id. Default: `off`.
   */
  readonly relay?: string | undefined
  /** The version of mosaik that our entry states, such as `0.3.19`. Default: the newest that is known. */
  readonly entryVersion?: string | undefined
  /**
   * Peers to start from: multiaddrs, with `/p2p/…` at the end where the id is known; in a mosaik network
   * `<64 hex digits>@192.0.2.7:4433`. Default: none.
   */
  readonly bootstrap?: readonly string[] | undefined
  /** Multiaddrs to listen on. Default: `/ip4/0.0.0.0/tcp/0` and `/ip6/::/tcp/0`, all interfaces and free TCP ports. */
  readonly listen?: readonly string[] | undefined
  /** Tags of our own entry from the first moment on: at most 64, each of at most 64 bytes. Default: none. */
  readonly tags?: readonly string[] | undefined
  /**
   * Secret key of the node: 32 bytes, 64 hex digits, or any other text, which is hashed. The same secret gives the same peer
   * id. Default: a new random one.
   */
  readonly secret?: string | Uint8Array | undefined
  /** Intervals and bounds, durations in milliseconds. Default for each that is left out: `DEFAULT_CONFIG`. */
  readonly config?: Partial<DiscoveryConfig> | undefined
  /** Whether to look for peers in the Mainline DHT. Default: true where `dhtBootstrap` is given, else false. */
  readonly dht?: boolean | undefined
  /** The only DHT nodes to start from, as `HOST:PORT`. Default: the public routers. */
  readonly dhtBootstrap?: readonly string[] | undefined
  /** Gives up joining when it fires. Has no effect once the network is joined. */
  readonly signal?: AbortSignal | undefined
  /** A pino logger. Default: nothing is logged. */
  readonly logger?: Logger | undefined
  /**
   * Gets every error that an `onEvent` or `onChange` listener throws, or that the promise it returns is rejected with; the
   * network goes on. Default: `logger` gets it as an error, or without a logger a process warning tells it, once for each
   * listener.
   */
  readonly onListenerError?: ((error: unknown) => unknown) | undefined
}

const LISTS = ['bootstrap', 'listen', 'tags', 'dhtBootstrap'] as const satisfies readonly (keyof JoinOptions)[]

/**
 * Checks what the types cannot hold for callers in plain JavaScript. What the texts say is checked where it is used.
 * @throws InvalidArgument naming the option
 */
export function checkOptions(options: JoinOptions): void {
  if (typeof options !== 'object' || options === null) throw new InvalidArgument('join takes an object with options')
  const { kind = 'peerscope' } = options
  if (!isNetworkKind(kind)) throw new InvalidArgument(`the option kind is ${NETWORK_KINDS.join(' or ')}`)
  for (const name of ['relay', 'entryVersion'] as const)
    if (options[name] !== undefined && typeof options[name] !== 'string')
      throw new InvalidArgument(`the option ${name} is text`)
  if (typeof options.network !== 'string') throw new InvalidArgument('the option network is missing or not text')
  for (const name of LISTS) {
    const list: unknown = options[name]
    if (list !== undefined && !(Array.isArray(list) && list.every((item) => typeof item === 'string')))
      throw new InvalidArgument(`the option ${name} is a list of texts`)
  }
}
