import { CODE_P2P, CODE_P2P_CIRCUIT, multiaddr } from '@multiformats/multiaddr'
import type { Multiaddr } from '@multiformats/multiaddr'
import { InvalidArgument } from '../../../shared/errors.ts'
import { hostOf, parseDialAddress } from '../../../shared/dial-address.ts'
import { isPeerId, parsePeerId } from '../../../shared/ids.ts'
import { ipClass, ipText, isManyHosts, isUnspecified } from '../../../shared/ip.ts'
import type { DialTarget } from '../../discovery/ports.ts'

/** Longest multiaddr text that is taken, in characters. */
const MAX_CHARS = 512

/**
 * A typed-in address to a dial target: `/ip4/192.0.2.7/tcp/4001`, with or without `/p2p/12D3Koo…` at the end.
 * @throws InvalidArgument that shows the right form
 */
export function parseTarget(text: string): DialTarget {
  const address = parseAddress(text.trim())
  const parts = address.getComponents()
  const last = parts.at(-1)
  refuseUndialable(text.trim(), last?.code === CODE_P2P ? bareAddress(address) : address.toString())
  if (last?.code === CODE_P2P_CIRCUIT) {
    throw new InvalidArgument(`'${text}' goes through a relay to nobody; put /p2p/12D3Koo… of the peer behind it`)
  }
  if (last?.code !== CODE_P2P) return { addresses: [address.toString()], given: true }
  const peerId = parsePeerId(last.value ?? '')
  if (parts.length === 1) throw new InvalidArgument(`'${text}' names a peer but no address; put /ip4/…/tcp/… before it`)
  return { peerId, addresses: [bareAddress(address)], given: true }
}

/**
 * That nothing can be dialed there is said at once: such an address would be tried for ever.
 * @throws InvalidArgument
 */
function refuseUndialable(text: string, address: string): void {
  const shown = text.slice(0, 100)
  const host = hostOf(address)
  if (host?.kind === 'ip') {
    const { bytes } = host
    const isIp4 = ipText(bytes).includes('.')
    if (isUnspecified(bytes))
      throw new InvalidArgument(
        `'${shown}' is not the address of a machine: ${isIp4 ? '0.0.0.0' : '::'} is only for listening; put the address of the peer's machine there (127.0.0.1 for this one)`,
      )
    if (isManyHosts(bytes))
      throw new InvalidArgument(`'${shown}' is a multicast or broadcast address; put the address of one machine there`)
    if (ipClass(bytes) === 'reserved')
      throw new InvalidArgument(`'${shown}' is in a reserved range, where no machine can be; check the address`)
  }
  // What else is wrong with these is told by the caller.
  if (address === '/' || address.endsWith('/p2p-circuit')) return
  const parts = address.split('/')
  if (parts.at(-2) === 'tcp' && parts.at(-1) === '0')
    throw new InvalidArgument(`'${shown}' has port 0, which nothing can be dialed at; put the port of the peer there`)
  if (parseDialAddress(address) === null)
    throw new InvalidArgument(`'${shown}' cannot be dialed: Peerscope dials TCP, such as /ip4/192.0.2.7/tcp/4001`)
}

/** As the ports write addresses: without the peer at its end. The relay within a relayed address stays. */
export function bareAddress(address: Multiaddr): string {
  return (address.getComponents().at(-1)?.code === CODE_P2P ? address.decapsulateCode(CODE_P2P) : address).toString()
}

/**
 * A listen address, checked.
 * @throws InvalidArgument
 */
export function parseListenAddress(text: string): string {
  const address = parseAddress(text.trim())
  const names = address.getComponents().map((part) => part.name)
  if (!names.includes('tcp') || names.includes('p2p-circuit')) {
    throw new InvalidArgument(`'${text}' cannot be listened on; give a TCP address such as /ip4/0.0.0.0/tcp/0`)
  }
  const host = hostOf(address.toString())
  if (host?.kind === 'ip' && isManyHosts(host.bytes))
    throw new InvalidArgument(`'${text}' is a multicast or broadcast address, which cannot be listened on`)
  return address.toString()
}

function parseAddress(text: string): Multiaddr {
  const shown = text.slice(0, 100)
  const form =
    'write it as /ip4/192.0.2.7/tcp/4001 or /dns4/example.org/tcp/4001, with /p2p/12D3Koo… at the end if known'
  if (text.length > MAX_CHARS) throw new InvalidArgument(`'${shown}…' is too long for an address`)
  if (isPeerId(text)) throw new InvalidArgument(`'${shown}' is a peer id, not an address; ${form}`)
  const hostPort = /^\[?([^\s/\]]+?)\]?:(\d{1,5})$/.exec(text)
  if (hostPort !== null) {
    const [, host = '', port = ''] = hostPort
    const kind = /^\d+(\.\d+){3}$/.test(host) ? 'ip4' : host.includes(':') ? 'ip6' : 'dns4'
    throw new InvalidArgument(`'${shown}' is not a multiaddr; write it as /${kind}/${host}/tcp/${port}`)
  }
  try {
    const address = multiaddr(text)
    if (address.getComponents().length === 0) throw new Error('it is empty')
    return address
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new InvalidArgument(`'${shown}' is not a multiaddr (${why}); ${form}`)
  }
}
