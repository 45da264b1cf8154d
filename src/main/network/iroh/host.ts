/** The iroh endpoint of one node, and all its connections: what is dialed, who is let in, what each connection is for. */
import { setImmediate } from 'node:timers/promises'
import type { PeerId } from '../../../shared/ids.ts'
import { publicKeyOf } from '../../../shared/ids.ts'
import type { RelayMode } from '../../../shared/relay-mode.ts'
import { withDeadline } from '../../discovery/base/deadline.ts'
import type { Clock, Unsubscribe } from '../../discovery/ports.ts'
import type { InboundGate } from '../inbound-gate.ts'
import { textBytes } from './bytes.ts'
import type { CloseReason } from './errors.ts'
import { GRACEFUL_SHUTDOWN, INVALID_ALPN, listenError, SUCCESS } from './errors.ts'
import type { Iroh, IrohModule } from './load.ts'
import type { Places } from './places.ts'
import { addressText, bindings } from './places.ts'
import { relayModeOf } from './relays.ts'
import type { Wire } from './wire.ts'
import { IrohWire } from './wire.ts'

/** Longest dial, milliseconds. The handshakes of those who dial us have iroh's own time. */
export const DIAL_MS = 6000
/** How often the own addresses are looked at, milliseconds. */
const ADDRESS_POLL_MS = 3000
/** How long the endpoint's end may take, milliseconds: a dial to somebody who is not there would hold it up for longer. */
const STOP_MS = 1500
/** Handshakes that run at once before senders have to show that they are where they say: a forged one costs us nothing then. */
const UNPROVEN = 16

/** What the endpoint is made of. */
export interface HostOptions {
  readonly iroh: IrohModule
  /** 32-byte Ed25519 secret. */
  readonly secret: Uint8Array
  readonly listen: readonly string[]
  readonly relay: RelayMode
  readonly clock: Clock
  readonly gate: InboundGate
  /** Longest dial, milliseconds. */
  readonly dialMs?: number
}

/** What the endpoint tells the node. */
export interface HostEvents {
  /** It may have other addresses than before. */
  look(): void
  /** It cannot go on. */
  failed(error: Error): void
}

/** One endpoint. Nothing is bound before `start`. */
export class IrohHost {
  readonly #options: HostOptions
  readonly #handlers = new Map<string, (wire: Wire) => void>()
  readonly #wires = new Map<PeerId, Set<Wire>>()
  #endpoint: Iroh.Endpoint | null = null
  #cancelLook: Unsubscribe = () => undefined
  #handshakes = 0
  #ended = false

  constructor(options: HostOptions) {
    this.#options = options
  }

  /** @throws ListenFailed */
  async start(events: HostEvents): Promise<void> {
    const { iroh, secret, listen, relay } = this.#options
    const builder = iroh.Endpoint.builder()
    // Nothing that would publish our id or look others up with third parties.
    iroh.presetMinimal(builder)
    builder.secretKey(Array.from(secret))
    builder.relayMode(relayModeOf(iroh, relay))
    builder.alpns(this.#alpns())
    let endpoint: Iroh.Endpoint
    try {
      for (const address of bindings(listen)) builder.bindAddr(address)
      endpoint = await builder.bind()
    } catch (error) {
      throw listenError(listen, error)
    }
    if (this.#ended) return await this.#close(endpoint)
    this.#endpoint = endpoint
    this.#look(events)
    void this.#accept(endpoint, events)
  }

  /** Not by `watchAddr`, nor another watcher of iroh's: those of version 1.1 end the whole process (no Tokio runtime). */
  #look(events: HostEvents): void {
    this.#cancelLook = this.#options.clock.schedule(ADDRESS_POLL_MS, () => {
      events.look()
      if (!this.#ended) this.#look(events)
    })
  }

  /** Closes all connections, those that we began for an exchange with their own word, and the endpoint. */
  async stop(): Promise<void> {
    this.#ended = true
    const endpoint = this.#endpoint
    this.#endpoint = null
    this.#cancelLook()
    for (const wire of this.#all()) wire.close(wire.direction === 'outbound' ? SUCCESS : GRACEFUL_SHUTDOWN)
    if (endpoint !== null) await this.#close(endpoint)
  }

  /** Waits until the last words are sent, which takes some milliseconds, but no longer than that is worth. */
  async #close(endpoint: Iroh.Endpoint): Promise<void> {
    // This timer keeps the process alive: who waits for the end must get it.
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(() => resolve(), STOP_MS)
    await Promise.race([endpoint.close().catch(() => undefined), late]).finally(() => clearTimeout(timer))
  }

  get isRunning(): boolean {
    return this.#endpoint !== null
  }

  /** Where others can reach us, as entries write it: relays and socket addresses. */
  addresses(): readonly string[] {
    if (this.#endpoint === null) return []
    const address = this.#endpoint.addr()
    const relay = address.relayUrl()
    return [...address.directAddresses(), ...(relay === null ? [] : [relay])].flatMap((text) => addressText(text) ?? [])
  }

  /** The relay in use, by URL; null where there is none. */
  relay(): string | null {
    return this.#endpoint?.addr().relayUrl() ?? null
  }

  /**
   * A connection for one protocol.
   * @throws Timeout, Cancelled, or what iroh throws
   */
  async dial(peerId: PeerId, places: Places, protocol: string, signal: AbortSignal): Promise<Wire> {
    const { iroh, clock, dialMs = DIAL_MS } = this.#options
    const endpoint = this.#endpoint
    if (endpoint === null) throw new Error('the node does not run')
    const id = iroh.EndpointId.fromBytes(Array.from(publicKeyOf(peerId)))
    const address = new iroh.EndpointAddr(id, places.relay, [...places.direct])
    return await withDeadline(clock, dialMs, signal, `dialing ${peerId}`, async (ends) => {
      const native = await endpoint.connect(address, textBytes(protocol))
      // iroh cannot be told to stop dialing: what comes up after all is for nobody.
      if (ends.aborted || this.#ended) {
        native.close(BigInt(SUCCESS.code), textBytes(SUCCESS.reason))
        throw new Error('nobody waits for the connection')
      }
      return this.#keep(IrohWire.of(native, 'outbound', clock.now()))
    })
  }

  /** Takes connections for a protocol; a later handler takes the place of an earlier one. */
  serve(protocol: string, handler: (wire: Wire) => void): Unsubscribe {
    this.#handlers.set(protocol, handler)
    this.#endpoint?.setAlpns(this.#alpns())
    return () => {
      if (this.#handlers.get(protocol) !== handler) return
      this.#handlers.delete(protocol)
      this.#endpoint?.setAlpns(this.#alpns())
    }
  }

  /** Open connections with a peer, whatever they are for. */
  wiresOf(peerId: PeerId): readonly Wire[] {
    return [...(this.#wires.get(peerId) ?? [])]
  }

  #all(): readonly Wire[] {
    return [...this.#wires.values()].flatMap((wires) => [...wires])
  }

  #alpns(): number[][] {
    return [...this.#handlers.keys()].map(textBytes)
  }

  async #accept(endpoint: Iroh.Endpoint, events: HostEvents): Promise<void> {
    try {
      for (;;) {
        const incoming = await endpoint.acceptNext()
        if (incoming === null || this.#ended) break
        this.#meet(incoming).catch(() => undefined)
        // However fast they come, others have a turn.
        await setImmediate()
      }
      if (!this.#ended) events.failed(new Error('iroh no longer takes connections'))
    } catch (error) {
      if (!this.#ended) events.failed(error instanceof Error ? error : new Error(String(error)))
    }
  }

  /** Somebody dialed us. */
  async #meet(incoming: Iroh.Incoming): Promise<void> {
    const { clock, gate } = this.#options
    if (this.#handshakes >= UNPROVEN && !(await incoming.remoteAddrValidated())) return await incoming.retry()
    const from = await incoming.remoteAddr()
    const address = from.addr === undefined ? null : addressText(from.addr)
    // Whoever comes by a relay comes from the relay: all of them together are one group.
    const isRelayed = from.kind !== 'ip' || address === null
    const closing: (() => void)[] = []
    const close = (): void => closing.splice(0).forEach((listener) => listener())
    const ticket = {
      remoteAddr: address ?? '/iroh-relay/unknown',
      ...(isRelayed ? { host: from.endpointId ?? '', group: 'relayed' } : {}),
      addEventListener: (_name: 'close', listener: () => void) => void closing.push(listener),
    }
    if (!gate.admit(ticket)) return await incoming.refuse()
    this.#handshakes += 1
    let wire: Wire
    try {
      const native = await (await incoming.accept()).connect()
      wire = IrohWire.of(native, 'inbound', clock.now(), address ?? '')
    } catch {
      // It ended, or did not come to its end within iroh's own time.
      return close()
    } finally {
      this.#handshakes -= 1
    }
    gate.shaken(ticket)
    void wire.closed.then(close)
    const handler = this.#handlers.get(wire.protocol)
    if (handler === undefined || this.#ended) return wire.close(this.#ended ? GRACEFUL_SHUTDOWN : INVALID_ALPN)
    handler(this.#keep(wire))
  }

  #keep(wire: Wire): Wire {
    const wires = this.#wires.get(wire.remote) ?? new Set()
    this.#wires.set(wire.remote, wires.add(wire))
    const gone = (): void => {
      wires.delete(wire)
      if (wires.size === 0 && this.#wires.get(wire.remote) === wires) this.#wires.delete(wire.remote)
    }
    void wire.closed.then(gone)
    return wire
  }

  /** Closes all connections with a peer. */
  async closeAll(peerId: PeerId, reason: CloseReason): Promise<void> {
    const wires = this.wiresOf(peerId)
    for (const wire of wires) wire.close(wire.direction === 'outbound' ? SUCCESS : reason)
    await Promise.all(wires.map(({ closed }) => closed))
  }
}
