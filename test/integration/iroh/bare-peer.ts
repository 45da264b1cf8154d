/** A bare iroh endpoint: what a peer of somebody else's makes sees of our node, and what it may do to it. */
import type { DialTarget } from '../../../src/main/discovery/ports.ts'
import { textBytes } from '../../../src/main/network/iroh/bytes.ts'
import type { Iroh } from '../../../src/main/network/iroh/load.ts'
import { loadIroh } from '../../../src/main/network/iroh/load.ts'
import { addressText } from '../../../src/main/network/iroh/places.ts'
import { peerIdOf, publicKeyOf } from '../../../src/shared/ids.ts'

/** One endpoint on loopback. */
export class BarePeer {
  readonly endpoint: Iroh.Endpoint
  /** How each connection that came in ended, in iroh's words. */
  readonly ends: string[] = []
  readonly connections: Iroh.Connection[] = []

  constructor(endpoint: Iroh.Endpoint) {
    this.endpoint = endpoint
  }

  /** @param answer what is done with each connection that comes in */
  static async open(
    protocols: readonly string[],
    answer: (connection: Iroh.Connection) => Promise<void> = () => Promise.resolve(),
  ): Promise<BarePeer> {
    const iroh = loadIroh()
    const builder = iroh.Endpoint.builder()
    iroh.presetMinimal(builder)
    builder.relayMode(iroh.RelayMode.disabled())
    builder.alpns(protocols.map(textBytes))
    for (const address of ['127.0.0.1:0', '[::1]:0']) builder.bindAddr(address)
    const peer = new BarePeer(await builder.bind())
    void peer.#accept(answer)
    return peer
  }

  get target(): DialTarget & { readonly peerId: ReturnType<typeof peerIdOf> } {
    return {
      peerId: peerIdOf(Uint8Array.from(this.endpoint.id().toBytes())),
      addresses: this.endpoint
        .addr()
        .directAddresses()
        .flatMap((text) => addressText(text) ?? []),
    }
  }

  /** Dials one of our nodes. */
  dial({ peerId, addresses }: DialTarget, protocol: string): Promise<Iroh.Connection> {
    const iroh = loadIroh()
    if (peerId === undefined) throw new Error('a peer is dialed by its id')
    const id = iroh.EndpointId.fromBytes(Array.from(publicKeyOf(peerId)))
    const sockets = addresses.flatMap((address) => {
      const [, kind, host = '', , port = ''] = address.split('/')
      return kind === 'ip6' ? [`[${host}]:${port}`] : [`${host}:${port}`]
    })
    return this.endpoint.connect(new iroh.EndpointAddr(id, null, sockets), textBytes(protocol))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const connection of this.connections) connection.close(0n, [])
    await this.endpoint.close()
  }

  async #accept(answer: (connection: Iroh.Connection) => Promise<void>): Promise<void> {
    for (;;) {
      const incoming = await this.endpoint.acceptNext()
      if (incoming === null) return
      void this.#meet(incoming, answer).catch(() => undefined)
    }
  }

  async #meet(incoming: Iroh.Incoming, answer: (connection: Iroh.Connection) => Promise<void>): Promise<void> {
    const connection = await (await incoming.accept()).connect()
    this.connections.push(connection)
    void connection.closed().then((words) => this.ends.push(words))
    await answer(connection)
  }
}
