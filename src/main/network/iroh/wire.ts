import type { PeerId } from '../../../shared/ids.ts'
import { peerIdOf } from '../../../shared/ids.ts'
import type { CloseReason } from './errors.ts'
import { SUCCESS, UNEXPECTED_CLOSE } from './errors.ts'
import { textBytes } from './bytes.ts'
import type { Iroh } from './load.ts'
import { addressText } from './places.ts'

/** One connection: to one peer, for one protocol. */
export interface Wire {
  readonly remote: PeerId
  readonly protocol: string
  readonly direction: 'inbound' | 'outbound'
  /** Milliseconds since the epoch. */
  readonly openedAt: number
  readonly isOpen: boolean
  /** Resolves when it is closed, by whichever side or because nothing came any more. */
  readonly closed: Promise<void>
  /** Where the peer is, as entries write it; a relay's URL where nothing else is known. */
  readonly address: string
  /** Looks where it is now: iroh changes over from a relay to a direct way by itself. */
  look(): void
  /** At once; what was not sent yet is not sent. Calling it again does nothing. */
  close(reason: CloseReason): void
  openBi(): Promise<Duplex>
  acceptBi(): Promise<Duplex>
  openUni(): Promise<SendSide>
  acceptUni(): Promise<ReceiveSide>
}

/** The sides of streams, as iroh has them. */
export type SendSide = Pick<Iroh.SendStream, 'writeAll' | 'finish' | 'stopped'>
export type ReceiveSide = Pick<Iroh.RecvStream, 'read' | 'stop'>

/** A stream both ways. */
export interface Duplex {
  readonly send: SendSide
  readonly recv: ReceiveSide
}

/** One connection of iroh's. */
export class IrohWire implements Wire {
  readonly remote: PeerId
  readonly protocol: string
  readonly direction: 'inbound' | 'outbound'
  readonly openedAt: number
  readonly closed: Promise<void>
  readonly #native: Iroh.Connection
  #isOpen = true
  #address: string

  /**
   * Takes over a connection; one that cannot be is closed, since a mosaik node stands still for as long as it lives (rule MO30).
   * @param address where the peer is, if the connection itself does not tell
   */
  static of(native: Iroh.Connection, direction: 'inbound' | 'outbound', openedAt: number, address = ''): IrohWire {
    try {
      return new IrohWire(native, direction, openedAt, address)
    } catch (error) {
      const { code, reason } = direction === 'outbound' ? SUCCESS : UNEXPECTED_CLOSE
      native.close(BigInt(code), textBytes(reason))
      throw error
    }
  }

  private constructor(native: Iroh.Connection, direction: 'inbound' | 'outbound', openedAt: number, address: string) {
    this.#native = native
    this.remote = peerIdOf(Uint8Array.from(native.remoteId().toBytes()))
    this.protocol = Buffer.from(native.alpn()).toString('utf8')
    this.direction = direction
    this.openedAt = openedAt
    this.#address = address
    this.look()
    const over = (): void => void (this.#isOpen = false)
    this.closed = native.closed().then(over, over)
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  get address(): string {
    return this.#address
  }

  look(): void {
    if (!this.#isOpen) return
    const paths = this.#native.paths()
    const path = paths.find(({ isSelected }) => isSelected) ?? paths[0]
    this.#address = (path === undefined ? null : addressText(path.remoteAddr)) ?? this.#address
  }

  close({ code, reason }: CloseReason): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#native.close(BigInt(code), textBytes(reason))
  }

  openBi(): Promise<Duplex> {
    return this.#native.openBi()
  }

  acceptBi(): Promise<Duplex> {
    return this.#native.acceptBi()
  }

  openUni(): Promise<SendSide> {
    return this.#native.openUni()
  }

  acceptUni(): Promise<ReceiveSide> {
    return this.#native.acceptUni()
  }
}
