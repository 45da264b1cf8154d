/** Where an address can be reached from. */
export type AddressClass = 'public' | 'private' | 'loopback'

/** The class of a multiaddr's host. DNS names count as public. */
export function classOf(address: string): AddressClass {
  const [, kind, host = ''] = address.split('/')
  if (kind === 'ip4') return classOfIp4(host)
  if (kind === 'ip6') return classOfIp6(host.toLowerCase())
  return host === 'localhost' ? 'loopback' : 'public'
}

function classOfIp4(host: string): AddressClass {
  const [a = 0, b = 0] = host.split('.').map(Number)
  if (a === 127) return 'loopback'
  const shared = a === 100 && b >= 64 && b < 128
  const local = a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || (a === 169 && b === 254)
  return local || shared ? 'private' : 'public'
}

function classOfIp6(host: string): AddressClass {
  if (host === '::1') return 'loopback'
  return /^f[cd]|^fe[89ab]/.test(host) ? 'private' : 'public'
}

const ORDER: Readonly<Record<AddressClass, number>> = { public: 0, private: 1, loopback: 2 }

/** Without duplicates; public ones first, then those of the local network, then loopback. */
export function sortAddresses(addresses: readonly string[]): readonly string[] {
  return [...new Set(addresses)].sort((a, b) => ORDER[classOf(a)] - ORDER[classOf(b)] || (a < b ? -1 : 1))
}
