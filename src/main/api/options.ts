// From pino itself: by way of our own modules every program would compile libp2p's types too.
import type { Logger } from 'pino'
import type { DiscoveryConfig } from '../../shared/config.ts'
import { InvalidArgument } from '../../shared/errors.ts'

/** What a program says to join a network. */
export interface JoinOptions {
  /** The network's name, or its id as 64 hex digits. All nodes that share it form one network. */
  readonly network: string
  /** Multiaddrs of peers to start from, with `/p2p/…` at the end where the id is known. Default: none. */
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
  if (typeof options.network !== 'string') throw new InvalidArgument('the option network is missing or not text')
  for (const name of LISTS) {
    const list: unknown = options[name]
    if (list !== undefined && !(Array.isArray(list) && list.every((item) => typeof item === 'string')))
      throw new InvalidArgument(`the option ${name} is a list of texts`)
  }
}
