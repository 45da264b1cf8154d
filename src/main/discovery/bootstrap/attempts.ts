/** What is dialed, and what came of it: a bounded list for those who look (rule BS4). */
import { placeKey } from '../../../shared/dial-address.ts'
import type { Attempt, BootstrapPath } from '../../../shared/bootstrap.ts'
import type { NotDialed } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Clock, DialTarget } from '../ports.ts'

/** Places that are listed. */
const LISTED = 128
/** How long a peer that answered may take to show that it is in our network, milliseconds. */
const SHOWS_MS = 10_000
const STRANGER =
  'a peer answered there that is not in this network; check the address, or join the network that it is in'

/** On which path a place is dialed. */
export interface Way {
  readonly path: BootstrapPath
  /** Of the DHT. */
  readonly slot?: number
}

/** Tells what becomes of one dial. */
export interface Trial {
  dialing(): void
  connected(peerId: PeerId): void
  failed(reason: string): void
  /** Nobody was dialed. Where a dial failed before, and the place rests since, that still says more. */
  notDialed(error: Pick<NotDialed, 'why' | 'message'>): void
}

/** Without what is not known here. */
type Listed = Omit<Attempt, 'connection'>

interface Entry {
  attempt: Listed
  readonly addresses: readonly string[]
  /** The peer that was to answer, where the target named one. */
  readonly named: PeerId | null
  /** The peer that answered was in the catalog. */
  isOurs: boolean
}

/** The list. A place that is dialed again keeps one line. */
export class Attempts {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>
  readonly #entries = new Map<string, Entry>()

  constructor(clock: Pick<Clock, 'now' | 'monotonic'>) {
    this.#clock = clock
  }

  /** A place is about to be dialed. */
  begin(target: DialTarget, { path, slot = null }: Omit<Way, 'slot'> & { readonly slot?: number | null }): Trial {
    const key = this.#lineOf(path, target)
    const line = this.#entries.get(key)
    const before = line?.attempt
    const { peerId = before?.peerId ?? null, addresses } = target
    const entry: Entry = {
      addresses,
      named: target.peerId ?? line?.named ?? null,
      isOurs: line?.isOurs === true,
      attempt: {
        path,
        peerId,
        address: addresses[0] ?? '',
        slot,
        state: 'waiting',
        reason: null,
        at: this.#clock.now(),
        tookMs: before?.tookMs ?? null,
        tries: before?.tries ?? 0,
      },
    }
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    this.#trim()
    let began = this.#clock.monotonic()
    const become = (change: Partial<Listed>): void => {
      entry.attempt = { ...entry.attempt, ...change, at: this.#clock.now() }
    }
    const took = (): number => Math.round(this.#clock.monotonic() - began)
    return {
      dialing: () => {
        began = this.#clock.monotonic()
        become({ state: 'dialing', tries: entry.attempt.tries + 1 })
      },
      connected: (remote) => become({ state: 'connected', peerId: remote, tookMs: took() }),
      failed: (reason) => become({ state: 'failed', reason, tookMs: took() }),
      notDialed: ({ why, message }) => {
        if (why === 'rests' && before?.state === 'failed') entry.attempt = before
        else become({ state: 'notDialed', reason: message, tries: before?.tries ?? 0 })
      },
    }
  }

  /** By which dial there is a connection to a peer, where one of ours made it. */
  wayTo(peerId: PeerId, remoteAddress: string): Way | null {
    for (const { attempt, addresses } of this.#entries.values()) {
      const open = attempt.state === 'dialing' || attempt.state === 'connected'
      if (!open || (attempt.peerId ?? peerId) !== peerId) continue
      if (attempt.peerId === null && !addresses.includes(remoteAddress)) continue
      return attempt.slot === null ? { path: attempt.path } : { path: attempt.path, slot: attempt.slot }
    }
    return null
  }

  /** The peer is in the catalog: it is of our network. */
  isOurs(peerId: PeerId): void {
    for (const entry of this.#entries.values()) if (entry.attempt.peerId === peerId) entry.isOurs = true
  }

  /** The user forgets the address: its lines go. */
  forget(target: DialTarget): void {
    const place = lineOf('given', target)
    for (const key of this.#entries.keys()) if (key === place || key.startsWith(`${place} `)) this.#entries.delete(key)
  }

  /** Newest first. */
  list(): readonly Listed[] {
    const now = this.#clock.now()
    return [...this.#entries.values()].map((entry) => asShown(entry, now)).toReversed()
  }

  /** An address that was given with two peers has a line for each: one of them is wrong, and its reason must be seen. */
  #lineOf(path: BootstrapPath, target: DialTarget): string {
    const line = lineOf(path, target)
    if (path !== 'given' || target.peerId === undefined) return line
    const own = `${line} ${target.peerId}`
    const named = this.#entries.get(line)?.named ?? target.peerId
    return named !== target.peerId || this.#entries.has(own) ? own : line
  }

  /** The oldest line that is over goes first; if none is, the oldest. */
  #trim(): void {
    if (this.#entries.size <= LISTED) return
    let oldest: string | null = null
    for (const [key, { attempt }] of this.#entries) {
      oldest ??= key
      if (attempt.state === 'waiting' || attempt.state === 'dialing') continue
      oldest = key
      break
    }
    if (oldest !== null) this.#entries.delete(oldest)
  }
}

/** A peer that answers and is of another network was not reached as one of ours. */
function asShown({ attempt, isOurs }: Entry, now: number): Listed {
  if (attempt.state !== 'connected' || isOurs || now - attempt.at < SHOWS_MS) return attempt
  return { ...attempt, state: 'failed', reason: STRANGER }
}

/** What the user gave is one line by its address, however it is written and whether the peer is named. */
function lineOf(path: BootstrapPath, target: DialTarget): string {
  const [address] = target.addresses
  return path === 'given' && address !== undefined ? `${path} ${placeKey(address)}` : `${path} ${keyOf(target)}`
}

/** What names a place. */
export function keyOf(target: DialTarget): string {
  return target.peerId ?? target.addresses.join()
}
