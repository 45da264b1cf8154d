/** Invitation links: `peerscope://join?network=NAME&kind=KIND&bootstrap=ADDRESS&bootstrap=…`. They come from anywhere. */
import { InvalidArgument, LimitExceeded } from './errors.ts'
import type { NetworkKind } from './network-kind.ts'
import { DEFAULT_KIND, isNetworkKind } from './network-kind.ts'
import { networkNameFrom } from './network-name.ts'
import { addressClass } from './reachability.ts'
import { hidesSomething, visible } from './visible-text.ts'

/** The scheme of invitation links. */
export const INVITATION_SCHEME = 'peerscope'
/** Longest link, in characters as it stands. */
export const MAX_INVITATION = 8192
/** Longest network name or id in a link, in characters. */
export const MAX_INVITED_NETWORK = 256
/** Names of unknown parameters that are told, and their longest. */
const MAX_IGNORED = 8
const MAX_IGNORED_NAME = 40
/** Most bootstrap addresses of a link, and the longest of them in characters. */
export const MAX_INVITED_ADDRESSES = 16
export const MAX_INVITED_ADDRESS = 512

/** What a link invites to. Nothing of it is trusted: somebody confirms it before anything is dialed. */
export interface Invitation {
  /** Name, or id as 64 hex digits (rule ID1). */
  readonly network: string
  /** Peerscope's own where left out, as in all links of earlier versions. */
  readonly kind?: NetworkKind
  /** Addresses of peers, none twice: multiaddrs, in a mosaik network `<64 hex digits>@192.0.2.7:4433`. */
  readonly bootstrap: readonly string[]
  /** Names of what else a link held, which means nothing here; left out where there was nothing. */
  readonly ignored?: readonly string[]
}

const HEAD = /^peerscope:\/\/join\/?(?:\?|$)/i
/** The beginning of an address that a dialer takes; main reads the rest of it again. */
const ADDRESS = /^\/(?:ip4|ip6|dns|dns4|dns6|dnsaddr)\/[^\s/]+(?:\/[\x21-\x7e]+)?$/

/** An address in a mosaik network; main reads the rest of it again. */
const IROH_ADDRESS = /^[0-9a-fA-F]{64}(?:@[\x21-\x7e]+)?$/

/** Whether the text is meant as an invitation link, be it a good one or not. */
export function isInvitationLink(text: string): boolean {
  return text.slice(0, INVITATION_SCHEME.length + 1).toLowerCase() === `${INVITATION_SCHEME}:`
}

/**
 * Reads a link. `+` and `%20` are spaces, as in forms. What a link holds besides, such as what later versions or mail programs
 * add, is ignored and named.
 * @throws InvalidArgument with the reason; LimitExceeded for what is too long or too many
 */
export function parseInvitation(link: string): Invitation {
  const text = link.trim()
  if (text.length > MAX_INVITATION) throw new LimitExceeded('characters an invitation link', MAX_INVITATION)
  const head = HEAD.exec(text)
  if (head === null) throw new InvalidArgument(`an invitation begins with ${INVITATION_SCHEME}://join?network=`)
  const query = text.slice(head[0].length)
  if (query.includes('#')) throw new InvalidArgument("an invitation has no part after '#'; write %23 in a name")
  let network: string | null = null
  let kind: NetworkKind | null = null
  const bootstrap = new Set<string>()
  const ignored = new Set<string>()
  for (const part of query.split('&')) {
    if (part === '') continue
    const at = part.indexOf('=')
    const key = keyOf(at < 0 ? part : part.slice(0, at))
    const value = (): string => decoded(at < 0 ? '' : part.slice(at + 1)).trim()
    if (key === 'network') {
      if (network !== null) throw new InvalidArgument('the invitation names more than one network')
      network = checkedNetwork(value())
    } else if (key === 'kind') {
      if (kind !== null) throw new InvalidArgument('the invitation names more than one kind of network')
      kind = checkedKind(value())
    } else if (key === 'bootstrap') {
      bootstrap.add(checkedLength(value()))
      if (bootstrap.size > MAX_INVITED_ADDRESSES)
        throw new LimitExceeded('addresses an invitation', MAX_INVITED_ADDRESSES)
    } else if (ignored.size < MAX_IGNORED) ignored.add(visible(key).slice(0, MAX_IGNORED_NAME))
  }
  if (network === null) throw new InvalidArgument('the invitation names no network')
  // Only now, since the kind may stand behind the addresses.
  for (const address of bootstrap) checkedAddress(address, kind ?? 'peerscope')
  return {
    network,
    ...(kind === null || kind === DEFAULT_KIND ? {} : { kind }),
    bootstrap: [...bootstrap],
    ...(ignored.size === 0 ? {} : { ignored: [...ignored] }),
  }
}

/**
 * Writes a link that `parseInvitation` reads.
 * @throws InvalidArgument, LimitExceeded for what no link can hold
 */
export function formatInvitation(invitation: Invitation): string {
  const network = checkedNetwork(invitation.network)
  const { kind = 'peerscope' } = invitation
  const bootstrap = [...new Set(invitation.bootstrap.map((address) => checkedAddress(address.trim(), kind)))]
  if (bootstrap.length > MAX_INVITED_ADDRESSES)
    throw new LimitExceeded('addresses an invitation', MAX_INVITED_ADDRESSES, bootstrap.length)
  const parts = [
    `network=${encodeURIComponent(network)}`,
    ...(kind === DEFAULT_KIND ? [] : [`kind=${kind}`]),
    ...bootstrap.map((address) => `bootstrap=${plain(address)}`),
  ]
  const link = `${INVITATION_SCHEME}://join?${parts.join('&')}`
  if (link.length > MAX_INVITATION)
    throw new LimitExceeded('characters an invitation link', MAX_INVITATION, link.length)
  return link
}

/** An invitation as it is sent to somebody: what it is, the link, and the command that does the same. */
export function invitationText(invitation: Invitation): string {
  const link = formatInvitation(invitation)
  return [
    `You are invited to the ${invitation.kind === 'mosaik' ? 'mosaik' : 'peer-to-peer'} network "${invitation.network.trim()}".`,
    'Open this link where Peerscope is installed, or paste it there under Bootstrap:',
    '',
    `  ${link}`,
    '',
    'From a terminal:',
    '',
    `  peerscope node --invite '${link.replaceAll("'", '%27')}'`,
  ].join('\n')
}

/**
 * Addresses in the order in which they help others, as many as a link may hold: public ones, relayed ones, those of a
 * local network. Addresses of this machine alone only where there are no others.
 */
export function invitedFirst(addresses: readonly string[]): string[] {
  const of = (wanted: readonly string[]): string[] => addresses.filter((one) => wanted.includes(addressClass(one)))
  const outside = [...of(['public']), ...of(['relayed']), ...of(['private'])]
  return [...new Set(outside.length > 0 ? outside : addresses)]
    .filter((address) => address.length <= MAX_INVITED_ADDRESS)
    .slice(0, MAX_INVITED_ADDRESSES)
}

function checkedNetwork(text: string): string {
  // Spaces of all kinds become one; what else cannot be seen has no place in a name.
  const hides = hidesSomething(text.trim().replaceAll(/\p{Zs}/gu, ' '))
  const name = hides ? text : networkNameFrom(text)
  if (name === '') throw new InvalidArgument('the invitation names no network')
  if (name.length > MAX_INVITED_NETWORK) throw new LimitExceeded('characters an invited network', MAX_INVITED_NETWORK)
  if (hides) throw new InvalidArgument("the invited network's name holds characters that cannot be seen")
  return name
}

/** One that a later version knows, or that was mistyped, leads to another network than the one that is meant. */
function checkedKind(text: string): NetworkKind {
  if (!isNetworkKind(text))
    throw new InvalidArgument(
      `the invitation is to a network of a kind that is not known here: ${visible(text).slice(0, 40)}`,
    )
  return text
}

function checkedLength(address: string): string {
  if (address.length > MAX_INVITED_ADDRESS)
    throw new LimitExceeded('characters an invited address', MAX_INVITED_ADDRESS)
  return address
}

/** What an address looks like, by the kind of network. */
const INVITED: Readonly<Record<NetworkKind, { readonly form: RegExp; readonly such: string }>> = {
  peerscope: { form: ADDRESS, such: 'no multiaddr such as /ip4/192.0.2.7/tcp/4001' },
  mosaik: { form: IROH_ADDRESS, such: 'no peer of a mosaik network such as <64 hex digits>@192.0.2.7:4433' },
}

function checkedAddress(address: string, kind: NetworkKind): string {
  checkedLength(address)
  const { form, such } = INVITED[kind]
  if (!form.test(address) || hidesSomething(address))
    throw new InvalidArgument(`an address of the invitation is ${such}`)
  return address
}

/** Slashes need no escape in a query, and a link that can be read is one that can be judged. */
function plain(address: string): string {
  return encodeURIComponent(address).replaceAll('%2F', '/')
}

/** A name that is no good text is unknown too. */
function keyOf(text: string): string {
  try {
    return decoded(text)
  } catch {
    return text
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new InvalidArgument('the invitation is not written as a link: a percent sign begins no character')
  }
}
