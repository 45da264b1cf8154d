import type { PeerId } from '../../../shared/ids.ts'
import { peerIdOf } from '../../../shared/ids.ts'
import type { CloseReason } from './errors.ts'
import { textBytes } from './bytes.ts'
import type { Iroh } from './load.ts'
import { addressText } from './places.ts'

/** One connection of iroh's: to one peer, for one protocol. */
export class Wire {
  readonly remote: PeerId
  readonly protocol: string
  readonly direction: 'inbound' | 'outbound'
  /** Milliseconds since the epoch. */
  readonly openedAt: number
  /** Resolves when it is closed, by whichever side or because nothing came any more. */
  readonly closed: Promise<void>
  readonly #native: Iroh.Connection
  #isOpen = true
  #address: string

  /** @param address where the peer is, if the connection itself does not tell */
  constructor(native: Iroh.Connection, direction: 'inbound' | 'outbound', openedAt: number, address = '') {
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

  /** Where the peer is, as entries write it; a relay's URL where nothing else is known. */
  get address(): string {
    return this.#address
  }

  /** Looks where it is now: iroh changes over from a relay to a direct way by itself. */
  look(): void {
    if (!this.#isOpen) return
    const paths = this.#native.paths()
    const path = paths.find(({ isSelected }) => isSelected) ?? paths[0]
    this.#address = (path === undefined ? null : addressText(path.remoteAddr)) ?? this.#address
  }

  /** At once; what was not sent yet is not sent. Calling it again does nothing. */
  close({ code, reason }: CloseReason): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#native.close(BigInt(code), textBytes(reason))
  }

  openBi(): Promise<Iroh.BiStream> {
    return this.#native.openBi()
  }

  acceptBi(): Promise<Iroh.BiStream> {
    return this.#native.acceptBi()
  }

  openUni(): Promise<Iroh.SendStream> {
    return this.#native.openUni()
  }

  acceptUni(): Promise<Iroh.RecvStream> {
    return this.#native.acceptUni()
  }
}
