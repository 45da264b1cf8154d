/** Which addresses are dialed at all (rule AD2): entries may claim whatever they like. */
import { lookup } from 'node:dns/promises'
import { BlockList, isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { DialAddress, NameKind } from '../../shared/dial-address.ts'
import { endpointKey, hostOf, placeKey } from '../../shared/dial-address.ts'
import type { IpBytes } from '../../shared/ip.ts'
import { embeddedIp4, ipClass, ipText, parseIp } from '../../shared/ip.ts'
import type { NotDialedWhy } from '../../shared/not-dialed.ts'
import { hostClass, onlyLocal } from '../../shared/reachability.ts'
import type { DialTarget } from '../discovery/ports.ts'

/** Addresses remembered because the user gave them. */
const GIVEN = 1024
/** Names looked up for one target, and addresses taken for one name. */
const NAMES = 4
const ADDRESSES_A_NAME = 4
/** Addresses of one target that are dialed; libp2p tries one after the other. */
const ADDRESSES = 16
/** How long a name may take, milliseconds. */
const LOOKUP_MS = 3000

/** One address of this machine, `192.168.1.5/24`. */
export interface Interface {
  readonly cidr: string | null
  readonly internal: boolean
}

/** What the policy looks at. */
export interface DialSurroundings {
  /** Takes an address apart; null for one of a kind that the node does not dial. */
  parse(address: string): DialAddress | null
  /** What we listen on. */
  readonly listen: readonly string[]
  interfaces(): readonly Interface[]
  /** The IP addresses of a host name. */
  resolve(name: string): Promise<readonly string[]>
  /** Whether there is a direct connection to the peer: what goes through it as a relay dials nothing. */
  isConnected(peerId: string): boolean
}

/** The interfaces and names of this machine. */
export const SYSTEM: Pick<DialSurroundings, 'interfaces' | 'resolve'> = {
  interfaces: () => Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []),
  resolve: async (name) => {
    const timeout = Promise.withResolvers<never>()
    const timer = setTimeout(() => timeout.reject(new Error(`${name} was not resolved in time`)), LOOKUP_MS)
    try {
      return (await Promise.race([lookup(name, { all: true }), timeout.promise])).map(({ address }) => address)
    } finally {
      clearTimeout(timer)
    }
  },
}

/** Decides for one node. */
export class DialPolicy {
  readonly #around: DialSurroundings
  readonly #given = new Set<string>()

  constructor(around: DialSurroundings) {
    this.#around = around
  }

  /** The addresses of a target that are dialed, names replaced by what they stand for unless the user gave them. */
  async choose(target: DialTarget): Promise<readonly string[]> {
    if (target.given === true) {
      for (const address of target.addresses) this.#remember(address)
      return target.addresses
    }
    let names = 0
    const chosen: string[] = []
    for (const address of new Set(target.addresses)) {
      if (chosen.length >= ADDRESSES) break
      const kind = nameOf(this.#around.parse(address))
      if (kind === null || this.isGiven(address)) chosen.push(...(this.allows(address) ? [address] : []))
      else if ((names += 1) <= NAMES) chosen.push(...(await this.#resolved(address, kind)))
    }
    return chosen
  }

  /** Whether it may be dialed. Asked for every address that any part of the node dials, names resolved. */
  allows(address: string): boolean {
    const parsed = this.#around.parse(address)
    // What is of another kind, such as the path of a socket, nobody can give either.
    if (parsed === null) return false
    if (this.isGiven(address)) return true
    if (parsed.relay === null) return this.#allowsHost(parsed)
    const way = endpointKey(parsed)
    return this.#around.isConnected(parsed.relay) || (way !== null && this.#given.has(way)) || this.#allowsHost(parsed)
  }

  #allowsHost({ host }: DialAddress): boolean {
    // A name may stand for any machine; it is resolved before.
    if (host === null || host.kind !== 'ip') return false
    const { bytes, zone } = host
    const found = ipClass(bytes)
    // Only other machines could translate it to an IPv4 address, and those know no private one of ours.
    if (found !== 'public' && embeddedIp4(bytes)?.by === 'translated') return false
    switch (found) {
      case 'public':
        return zone === null
      case 'loopback':
        return zone === null && this.#isAlone()
      case 'private':
        return this.#isNear(bytes)
      case 'reserved':
        return false
    }
  }

  /** We can only be reached from this machine ourselves: so the network is one of this machine. */
  #isAlone(): boolean {
    const { listen } = this.#around
    if (listen.length > 0 && listen.every((address) => hostClass(address) === 'loopback')) return true
    return this.#around.interfaces().every(({ internal }) => internal)
  }

  /** One of our interfaces is in the same network, or we listen at that address: its interface may be down for the moment. */
  #isNear(bytes: IpBytes): boolean {
    const text = ipText(bytes)
    const family = isIPv6(text) ? 'ipv6' : 'ipv4'
    if (this.#listensAt(text)) return true
    const near = new BlockList()
    const interfaces = this.#around.interfaces()
    const alone = interfaces.every(({ internal }) => internal)
    for (const { cidr, internal } of interfaces) {
      const [own = '', bits = ''] = internal && !alone ? [] : (cidr?.split('/') ?? [])
      const parsed = parseIp(own)
      if (parsed === null || bits === '') continue
      // An overlay network gives each machine one address of 100.64.0.0/10, and says nothing of the others.
      const overlay = bits === '32' && /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./.test(own)
      if (overlay) near.addSubnet('100.64.0.0', 10)
      else near.addSubnet(ipText(parsed), Number(bits), isIPv6(own) ? 'ipv6' : 'ipv4')
    }
    return near.check(text, family)
  }

  #listensAt(text: string): boolean {
    return this.#around.listen.some((address) => {
      const host = hostOf(address)
      return host?.kind === 'ip' && ipText(host.bytes) === text
    })
  }

  async #resolved(address: string, kind: NameKind): Promise<readonly string[]> {
    const [, , name = ''] = address.split('/')
    // What a dnsaddr record stands for may be anything, ports included.
    if (kind === 'dnsaddr') return []
    const found = await this.#around.resolve(name).catch(() => [])
    const wanted = found.filter((host) => kind === 'dns' || isIPv6(host) === (kind === 'dns6'))
    return wanted
      .slice(0, ADDRESSES_A_NAME)
      .map((host) => address.replace(`/${kind}/${name}`, `/ip${isIPv6(host) ? 6 : 4}/${host}`))
      .filter((resolved) => this.allows(resolved))
  }

  #remember(address: string): void {
    const parsed = this.#around.parse(address)
    const way = parsed === null ? null : endpointKey(parsed)
    // With a way through a relay the way to the relay is given too.
    for (const key of [placeKey(address), way ?? placeKey(address)]) {
      this.#given.delete(key)
      this.#given.add(key)
    }
    while (this.#given.size > GIVEN) this.#given.delete(this.#given.values().next().value ?? '')
  }

  /** Whether the user gave the address, or a way that leads through it. */
  isGiven(address: string): boolean {
    return this.#given.has(placeKey(address))
  }
}

/** What is said where a name has no address, or none that may be dialed. */
export const NO_SUCH_NAME = 'the host name is not known'

/**
 * Why none of a target's addresses is dialed; null where one begins with a name. That one was looked up, which somebody has to do,
 * so it counts as a dial that failed (rule AD7).
 */
export function whyNotDialed(addresses: readonly string[]): NotDialedWhy | null {
  if (addresses.length === 0) return 'noAddress'
  if (addresses.some((address) => /^\/dns[46]?\//.test(address))) return null
  return onlyLocal(addresses) ? 'ownMachine' : 'elsewhere'
}

/** The kind of name that the address begins with; null where it does not. */
function nameOf(parsed: DialAddress | null): NameKind | null {
  const kind = parsed?.host?.kind
  return kind === undefined || kind === 'ip' ? null : kind
}
