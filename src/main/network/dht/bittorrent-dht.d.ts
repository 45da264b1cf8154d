/** The part of bittorrent-dht 11 that is used; it has no types of its own. */
declare module 'bittorrent-dht' {
  import type { EventEmitter } from 'node:events'

  /** A contact of the routing table. */
  export interface DhtContact {
    readonly id: Uint8Array
    readonly host: string
    readonly port: number
  }

  /** The routing table (a k-bucket). */
  export interface DhtTable {
    toArray(): DhtContact[]
    count(): number
    closest(id: Uint8Array, n?: number): DhtContact[]
  }

  /** A mutable item as it came, its signature checked. A malicious one may have any types. */
  export interface DhtValue {
    readonly v: unknown
    readonly seq?: unknown
  }

  type Verify = (signature: unknown, message: Uint8Array, publicKey: unknown) => boolean

  export interface DhtLibraryOptions {
    /** Never undefined: the library would take public routers of its own. */
    readonly bootstrap: readonly { readonly host: string; readonly port: number }[]
    readonly verify: Verify
    /** Where a dgram socket would be. */
    readonly socket?: EventEmitter
    readonly concurrency?: number
    /** Milliseconds of one query. */
    readonly timeout?: number
    readonly maxTables?: number
    readonly maxValues?: number
    readonly maxPeers?: number
  }

  export interface DhtPut {
    readonly k: Uint8Array
    readonly v: Uint8Array
    readonly seq: number
    readonly cas?: number
    readonly sign: (message: Uint8Array) => Uint8Array
  }

  export default class DHT extends EventEmitter {
    constructor(options: DhtLibraryOptions)
    readonly nodes: DhtTable
    readonly listening: boolean
    /** Of the library's inside: its queries wait for `update` on this emitter. */
    readonly _rpc: { readonly socket: EventEmitter }
    listen(port: number, host: string, onListening: () => void): void
    address(): { readonly address: string; readonly port: number }
    /** Without an id the node is asked for it first. */
    removeNode(id: Uint8Array): void
    addNode(node: { readonly host: string; readonly port: number }): void
    get(
      key: Uint8Array,
      options: { readonly cache: boolean },
      done: (error: Error | null, value: DhtValue | null) => void,
    ): void
    /** Throws for what cannot be put. `n` is how many nodes took it. */
    put(
      item: DhtPut,
      done: (error: (Error & { readonly code?: number | string }) | null, hash?: Uint8Array, n?: number) => void,
    ): void
    destroy(done: () => void): void
  }
}
