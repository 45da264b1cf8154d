/** The command lines that do what the window's verbs do. */
import type { NetworkStatus } from '../../../shared/contract.ts'
import { DEFAULT_KIND } from '../../../shared/network-kind.ts'
import type { NetworkKind } from '../../../shared/network-kind.ts'
import { nameOrId } from '../../../shared/network-names.ts'
import { formsOf } from '../../../shared/forms.ts'
import type { RelayMode } from '../../../shared/relay-mode.ts'

/** What command lines are made of. */
export interface CommandContext {
  /** Name or id of the network; null where none is joined. */
  readonly network: string | null
  readonly kind: NetworkKind
  /** Which relays it was joined with, where that is said by URLs. */
  readonly relay: RelayMode | null
  /** One of our own addresses: where another node can start from. */
  readonly bootstrap: string | null
  /** The peer that is meant, and one of its addresses. */
  readonly peerId: string | null
  readonly address: string | null
  /** The filter of the table. */
  readonly filter: string
}

/** The verbs that have a command line. */
export const COMMAND_VERBS = [
  'dial',
  'sync',
  'ping',
  'tags',
  'export',
  'join',
  'network',
  'peers',
  'timeline',
  'bootstrap',
  'crawl',
  'snapshots',
  'alerts',
] as const

/** One of them. */
export type CommandVerb = (typeof COMMAND_VERBS)[number]

/** What stands for a thing that the user has to fill in. */
const PEER: Readonly<Record<NetworkKind, string>> = { peerscope: '12D3Koo…', mosaik: 'ENDPOINT-ID' }
const ADDRESS: Readonly<Record<NetworkKind, string>> = { peerscope: '/ip4/…', mosaik: 'ENDPOINT-ID@IP:PORT' }

/** A command's parts from what the window shows. */
export function contextOf(
  status: NetworkStatus,
  peerId: string | null,
  address: string | null,
  filter = '',
): CommandContext {
  const network = 'network' in status ? nameOrId(status.network) : null
  const kind = 'network' in status ? status.network.kind : 'peerscope'
  const relay = 'relay' in status ? status.relay : null
  const own = 'addresses' in status ? status.addresses[0] : undefined
  const bootstrap = own === undefined ? null : formsOf(kind).said(own)
  return { network, kind, relay, bootstrap, peerId, address, filter }
}

/** Whether a verb has a command line. */
export function hasCommand(verb: string): verb is CommandVerb {
  return COMMAND_VERBS.some((one) => one === verb)
}

/**
 * What to type; null where no network is meant. Verbs that need a running node are two lines: the second is typed into
 * the node that the first one starts, which a terminal does by itself when both are pasted.
 */
export function commandFor(verb: CommandVerb, context: CommandContext): string | null {
  const { network, filter } = context
  if (network === null) return null
  const of = `--network ${quote(network)}${kindOf(context)}`
  const filtered = filter.trim() === '' ? '' : ` --filter ${quote(filter.trim())}`
  switch (verb) {
    case 'dial':
      return `${node(context)}\ndial ${context.address ?? ADDRESS[context.kind]}`
    case 'sync':
      return `${node(context)}\nsync ${context.peerId ?? PEER[context.kind]}`
    case 'ping':
      return `${node(context)}\nping ${context.peerId ?? PEER[context.kind]}`
    case 'tags':
      return `${node(context)}\ntag add role:observer`
    case 'export':
      return `peerscope export ${of} --format json${filtered}`
    case 'join':
      return node(context)
    case 'network':
    case 'alerts':
      return `peerscope serve ${of}${relaysOf(context)}`
    case 'peers':
      return `peerscope peers ${of}${filtered}`
    case 'timeline':
      return `peerscope events ${of}`
    case 'bootstrap':
      return `peerscope dht ${of}`
    case 'crawl':
      return `peerscope crawl ${of}${from(context)}`
    case 'snapshots':
      return `peerscope export ${of} --format snapshot --out today.peerscope`
  }
}

function node(context: CommandContext): string {
  const of = `--network ${quote(context.network ?? '')}${kindOf(context)}${relaysOf(context)}`
  return `peerscope node ${of}${from(context)}`
}

/** Peerscope's own kind is meant where none is named. */
function kindOf({ kind }: CommandContext): string {
  return kind === DEFAULT_KIND ? '' : ` --kind ${kind}`
}

function relaysOf({ relay }: CommandContext): string {
  return relay === null || relay === 'off' ? '' : ` --relay ${quote(relay)}`
}

function from({ bootstrap }: CommandContext): string {
  return bootstrap === null ? '' : ` --bootstrap ${quote(bootstrap)}`
}

/** For a POSIX shell, and for PowerShell where there is no quote in the text. Plain words stay as they are. */
function quote(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
