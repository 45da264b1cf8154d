/** Which inbound connections are let in (rule BD5): so many from one address, from one group of addresses, and in all. */
import type { Clock } from '../discovery/ports.ts'
import { addressGroup, RateLimiter } from '../discovery/base/rates.ts'

/** New connections a second. */
const HOST_RATE = { perSecond: 20, burst: 20 }
const GROUP_RATE = { perSecond: 40, burst: 80 }
/** Connections at once, those included that did not shake hands yet. */
const GROUP_OPEN = 128
const ALL_OPEN = 300
/** Of these, such as did not shake hands yet. */
const GROUP_PENDING = 32
const ALL_PENDING = 64
/** Many peers on one machine are a normal network; they are bounded together. */
const LOCAL_OPEN = 1024

/** What the gate needs of a connection that comes in. */
export interface Incoming {
  readonly remoteAddr: { toString(): string }
  /** Whom it is counted with, where its address does not say: who comes by a relay, and by which. */
  readonly host?: string
  readonly group?: string
  addEventListener(name: 'close', listener: () => void): void
}

interface Count {
  open: number
  pending: number
}

/** Counts connections from when they come in until they close. */
export class InboundGate {
  readonly #clock: Clock
  readonly #refused: () => void
  readonly #hostRates = new RateLimiter(HOST_RATE)
  readonly #groupRates = new RateLimiter(GROUP_RATE)
  readonly #groups = new Map<string, Count>()
  readonly #all: Count = { open: 0, pending: 0 }
  #local = 0
  /** What ends the handshake of a connection that is in it. */
  readonly #shaking = new WeakMap<object, () => void>()

  /** @param refused is called for each connection that was not let in */
  constructor(clock: Clock, refused: () => void) {
    this.#clock = clock
    this.#refused = refused
  }

  /** Whether it may come in; it is counted from now on if so. */
  admit(connection: Incoming): boolean {
    const address = connection.remoteAddr.toString()
    const group = connection.group ?? addressGroup(address)
    const host = connection.host ?? address.split('/')[2] ?? ''
    const allowed = group === null ? this.#admitLocal(connection) : this.#admitRemote(connection, host, group)
    if (!allowed) this.#refused()
    return allowed
  }

  /** It shook hands. */
  shaken(connection: object): void {
    this.#shaking.get(connection)?.()
    this.#shaking.delete(connection)
  }

  #admitLocal(connection: Incoming): boolean {
    if (this.#local >= LOCAL_OPEN) return false
    this.#local += 1
    connection.addEventListener('close', () => (this.#local -= 1))
    return true
  }

  #admitRemote(connection: Incoming, host: string, group: string): boolean {
    const now = this.#clock.monotonic()
    if (!this.#hostRates.take(host, now) || !this.#groupRates.take(group, now)) return false
    const count = this.#groups.get(group) ?? { open: 0, pending: 0 }
    if (count.open >= GROUP_OPEN || count.pending >= GROUP_PENDING) return false
    if (this.#all.open >= ALL_OPEN || this.#all.pending >= ALL_PENDING) return false
    this.#groups.set(group, count)
    const both = [count, this.#all]
    for (const one of both) {
      one.open += 1
      one.pending += 1
    }
    this.#shaking.set(connection, () => {
      for (const one of both) one.pending -= 1
    })
    connection.addEventListener('close', () => {
      this.shaken(connection)
      for (const one of both) one.open -= 1
      if (count.open === 0) this.#groups.delete(group)
    })
    return true
  }
}
