/** Which addresses are dialed at all (rule AD2): entries may claim whatever they like. */
import { lookup } from 'node:dns/promises'
import { BlockList, isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { DialTarget } from '../../discovery/ports.ts'
import { hostClass } from '../../../shared/reachability.ts'

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
      const name = nameOf(address)
      if (name === null || this.#isGiven(address)) chosen.push(...(this.allows(address) ? [address] : []))
      else if ((names += 1) <= NAMES) chosen.push(...(await this.#resolved(address, name)))
    }
    return chosen
  }

  /** Whether it may be dialed. Asked for every address that anything in libp2p dials. */
  allows(address: string): boolean {
    if (this.#isGiven(address)) return true
    const via = viaOf(address)
    if (via === null) return this.#allowsHost(address)
    return (
      this.#around.isConnected(via.relay) || this.#isGiven(via.way) || (via.way !== '' && this.#allowsHost(via.way))
    )
  }

  #allowsHost(address: string): boolean {
    // A name may stand for any machine; it is resolved before.
    if (nameOf(address) !== null) return false
    switch (hostClass(address)) {
      case 'public':
        return true
      case 'loopback':
        return this.#isAlone()
      case 'private':
        return this.#isNear(address)
    }
  }

  /** We can only be reached from this machine ourselves: so the network is one of this machine. */
  #isAlone(): boolean {
    const { listen } = this.#around
    if (listen.length > 0 && listen.every((address) => hostClass(address) === 'loopback')) return true
    return this.#around.interfaces().every(({ internal }) => internal)
  }

  /** One of our interfaces is in the same network. */
  #isNear(address: string): boolean {
    const host = hostOf(address)
    const near = new BlockList()
    for (const { cidr, internal } of this.#around.interfaces()) {
      const [own = '', bits = ''] = internal ? [] : (cidr?.split('/') ?? [])
      if (own === '' || bits === '') continue
      // An overlay network gives each machine one address of 100.64.0.0/10, and says nothing of the others.
      const overlay = bits === '32' && /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./.test(own)
      if (overlay) near.addSubnet('100.64.0.0', 10)
      else near.addSubnet(own, Number(bits), isIPv6(own) ? 'ipv6' : 'ipv4')
    }
    return near.check(host, isIPv6(host) ? 'ipv6' : 'ipv4')
  }

  async #resolved(address: string, name: string): Promise<readonly string[]> {
    const [, kind = ''] = address.split('/')
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
    // With a way through a relay the way to the relay is given too.
    for (const key of [keyOf(address), viaOf(address)?.way ?? keyOf(address)]) {
      this.#given.delete(key)
      this.#given.add(key)
    }
    while (this.#given.size > GIVEN) this.#given.delete(this.#given.values().next().value ?? '')
  }

  #isGiven(address: string): boolean {
    return this.#given.has(keyOf(address))
  }
}

/** The relay of a relayed address, and how it is reached. */
function viaOf(address: string): { readonly way: string; readonly relay: string } | null {
  const [, way, relay] = /^(.*)\/p2p\/([^/]+)\/p2p-circuit(?:\/|$)/.exec(address) ?? []
  return way === undefined || relay === undefined ? null : { way, relay }
}

/** Without the peer that is to answer. */
function keyOf(address: string): string {
  return address.replace(/\/p2p\/[^/]+$/, '')
}

function nameOf(address: string): string | null {
  return /^\/dns(?:4|6|addr)?\/([^/]+)/.exec(address)?.[1] ?? null
}

function hostOf(address: string): string {
  const host = /\/ip[46]\/([^/]+)/.exec(address)?.[1] ?? ''
  // An IPv4 address in the form of IPv6 is of the network that the IPv4 address is of.
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(host)?.[1] ?? host
}
