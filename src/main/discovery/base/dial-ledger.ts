/**
 * What came of dialing each address and each host, no matter who named them (rule AD7). Entries may claim any address, so that many
 * of them could have us knock at one machine again and again: what never answered is asked ever more rarely, and of a host
 * that never answered a few addresses are tried. A machine that answered as the peer it was said to be is trusted more.
 * Times are milliseconds of a monotonic clock.
 */
import { endpointKey, hostKey, isRelayUrl, parsePlace } from '../../../shared/dial-address.ts'
import { BoundedMap } from './bounded-map.ts'
import { BACKOFF_LAST, backoffDelay } from './jitter.ts'

/** Longest rest of an address, or a host, that never answered. */
const REST_LAST = 3_600_000
/** Addresses of one host that may fail before the host rests: of one that never answered, and of one that did. */
const TRIES = 8
const TRIES_PROVEN = 64
/** The same for our own machine, where it is we who are asked, and where all peers of a demo are. */
const TRIES_HERE = 16
const REST_HERE = 15_000
/** Addresses, hosts, and peers that came from their hosts, that are remembered. */
const ADDRESSES = 16_384
const HOSTS = 16_384
const HEARD = 4096

interface Rest {
  readonly failures: number
  readonly until: number
}

const NONE: Rest = { failures: 0, until: -Infinity }

interface Address {
  /** The peer that answered there last; null where none did. */
  readonly as: string | null
  /** Of that peer, and of all others that are said to be there. */
  readonly own: Rest
  readonly others: Rest
}

interface Host extends Rest {
  /** Somebody answered there as the peer that was to. */
  readonly proven: boolean
}

/** What one address of a claim comes to. */
interface Place {
  readonly endpoint: string
  readonly host: string
  /** Who is to answer: the peer, or the relay on the way to it. */
  readonly who: string | null
}

/** Remembers, for one node. */
export class DialLedger {
  /** Uniform in [0, 1). */
  readonly #random: () => number
  readonly #addresses = new BoundedMap<string, Address>(ADDRESSES)
  readonly #hosts = new BoundedMap<string, Host>(HOSTS)
  /** Peers that came to us from a host: nobody else can make them come from there. */
  readonly #heard = new BoundedMap<string, true>(HEARD)

  constructor(random: () => number) {
    this.#random = random
  }

  /** Whether the address may be dialed for this peer now. */
  allows(address: string, peerId: string | null, now: number): boolean {
    const place = placeOf(address, peerId)
    if (place === null) return true
    const known = this.#addresses.get(place.endpoint)
    if (this.#isTrusted(known, place)) return (known?.own.until ?? -Infinity) <= now
    if (known !== undefined && known.others.until > now) return false
    return (this.#hosts.get(place.host)?.until ?? -Infinity) <= now
  }

  /** Nobody answered there, or somebody else than was to. */
  failed(address: string, peerId: string | null, now: number): void {
    const place = placeOf(address, peerId)
    if (place === null) return
    const known = this.#addresses.get(place.endpoint) ?? { as: null, own: NONE, others: NONE }
    if (this.#isTrusted(known, place)) {
      this.#addresses.set(place.endpoint, { ...known, own: this.#longer(known.own, now, BACKOFF_LAST) })
      return
    }
    this.#addresses.set(place.endpoint, { ...known, others: this.#longer(known.others, now, REST_LAST) })
    const { failures, proven } = this.#hosts.get(place.host) ?? { failures: 0, proven: false }
    const here = place.host === 'loopback'
    const over = failures + 1 - (proven ? TRIES_PROVEN : here ? TRIES_HERE : TRIES)
    const until = over < 0 ? -Infinity : now + backoffDelay(over + 1, this.#random(), here ? REST_HERE : REST_LAST)
    this.#hosts.set(place.host, { failures: failures + 1, until, proven })
  }

  /** The peer answered there. */
  answered(address: string, peerId: string): void {
    const place = placeOf(address, peerId)
    if (place?.who === undefined || place.who === null) return
    const others = this.#addresses.get(place.endpoint)?.others ?? NONE
    this.#addresses.set(place.endpoint, { as: place.who, own: NONE, others })
    this.#hosts.set(place.host, { ...NONE, proven: true })
  }

  /** The peer came to us from there: so it is at that host, whatever the port. */
  heard(address: string, peerId: string): void {
    const place = placeOf(address, peerId)
    if (place !== null) this.#heard.set(`${place.host} ${peerId}`, true)
  }

  /** Whether the peer answered there last, or came from that host. */
  trusts(address: string, peerId: string | null): boolean {
    const place = placeOf(address, peerId)
    return place !== null && this.#isTrusted(this.#addresses.get(place.endpoint), place)
  }

  /** The user insists: the address may be dialed once more. */
  pardon(address: string, peerId: string | null): void {
    const place = placeOf(address, peerId)
    if (place === null) return
    const known = this.#addresses.get(place.endpoint)
    if (known !== undefined) {
      const [own, others] = [awake(known.own), awake(known.others)]
      this.#addresses.set(place.endpoint, { ...known, own, others })
    }
    const host = this.#hosts.get(place.host)
    if (host !== undefined) this.#hosts.set(place.host, { ...host, until: -Infinity })
  }

  /** What is wrong with it. */
  check(): string[] {
    const over = [this.#addresses.size - ADDRESSES, this.#hosts.size - HOSTS, this.#heard.size - HEARD]
    return over.some((more) => more > 0) ? ['more dialed addresses are remembered than should be'] : []
  }

  /** Its own word is not enough: it answered there, or came from there. */
  #isTrusted(known: Address | undefined, { host, who }: Place): boolean {
    if (who === null) return false
    return known?.as === who || this.#heard.get(`${host} ${who}`) === true
  }

  #longer({ failures }: Rest, now: number, last: number): Rest {
    return { failures: failures + 1, until: now + backoffDelay(failures + 1, this.#random(), last) }
  }
}

function awake({ failures }: Rest): Rest {
  return { failures, until: -Infinity }
}

/** Where it leads to; null where it does not say, so that nobody new is dialed. */
function placeOf(address: string, peerId: string | null): Place | null {
  const parsed = parsePlace(address)
  if (parsed === null) return null
  const [endpoint, host] = [endpointKey(parsed), hostKey(parsed)]
  if (endpoint === null || host === null) return null
  const who = parsed.relay ?? peerId
  // That one of many peers is not at a relay says nothing about the others.
  return isRelayUrl(address) ? { endpoint: `${endpoint} ${who}`, host: `${host} ${who}`, who } : { endpoint, host, who }
}
