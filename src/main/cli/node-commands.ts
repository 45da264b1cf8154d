import { counted } from '../../shared/counted.ts'
import { errorFrom, errorShape, InvalidArgument } from '../../shared/errors.ts'
import { formatDuration } from '../../shared/config.ts'
import { formatCount } from '../../shared/format-count.ts'
import { formatInvitation, invitedFirst } from '../../shared/invitation.ts'
import { nameOrId } from '../../shared/network-names.ts'
import { withPeerIds } from '../../shared/peer-form.ts'
import { aloneWords } from '../monitor/alone.ts'
import type { NameBook } from '../monitor/names/name-book.ts'
import { addOwnTags, removeOwnTags } from '../monitor/names/own-tags.ts'
import type { OpenNode } from '../monitor/open-node.ts'
import { targetParserOf } from '../monitor/open-node.ts'
import type { KindWords } from './kind-words.ts'
import { readPeerId } from './kind-words.ts'
import type { Printer } from './output.ts'

/** A verb that a running node takes on standard input. */
interface NodeCommand {
  readonly usage: string
  readonly help: string
  /** Answers with the reply's fields and the line, or the lines, for people. */
  run(
    running: RunningNode,
    argument: string,
  ): Promise<{ fields: Readonly<Record<string, unknown>>; sentence: string | readonly string[] }>
}

const COMMANDS: Readonly<Record<string, NodeCommand>> = {
  'tag add': {
    usage: 'tag add TAG',
    help: 'add a tag to our entry',
    run: async ({ node, names }, tag) =>
      changed(await addOwnTags(node, names, [required(tag, 'a tag')]), `tag ${tag} added`),
  },
  'tag remove': {
    usage: 'tag remove TAG',
    help: 'remove a tag from our entry',
    run: async ({ node }, tag) => changed(await removeOwnTags(node, [required(tag, 'a tag')]), `tag ${tag} removed`),
  },
  dial: {
    usage: 'dial ADDR',
    help: 'connect to an address, as --bootstrap takes it',
    run: async ({ node, words }, address) => {
      const target = targetParserOf(node.kind)(required(address, 'an address'))
      const [result] = await node.discovery.dial([target])
      if (result === undefined || result.peerId === null)
        throw errorFrom(result?.error ?? errorShape(new Error('the dial has no result')))
      const { peerId } = result
      return { fields: { peerId, ...words.fields(peerId) }, sentence: `connected to ${words.id(peerId)}` }
    },
  },
  sync: {
    usage: 'sync PEER',
    help: 'exchange catalogs with a peer',
    run: async ({ node }, peer) => {
      const result = await node.discovery.syncWith(readPeerId(required(peer, 'a peer id')))
      return {
        fields: { ...result },
        sentence: `synced: ${formatCount(result.received)} received, ${formatCount(result.sent)} sent, ${formatDuration(result.durationMs)}`,
      }
    },
  },
  ping: {
    usage: 'ping PEER',
    help: 'measure the round-trip time to a peer',
    run: async ({ node }, peer) => {
      const { rttMs } = await node.discovery.ping(readPeerId(required(peer, 'a peer id')))
      return { fields: { rttMs }, sentence: `answered in ${formatDuration(rttMs)}` }
    },
  },
  peers: {
    usage: 'peers',
    help: 'list the peers of the catalog',
    run: ({ node, words }) => {
      const peers = [...node.discovery.catalog().peers.values()].map((peer) => ({
        peerId: peer.entry.peerId,
        ...words.fields(peer.entry.peerId),
        self: peer.self,
        tags: peer.entry.tags,
        addresses: peer.entry.addresses,
        version: peer.entry.version,
        rttMs: peer.rtt?.srtt ?? null,
      }))
      const lines = peers.map((peer) => {
        const rtt = peer.rttMs === null ? '–' : formatDuration(peer.rttMs)
        return `  ${words.id(peer.peerId)}  ${peer.self ? 'self' : rtt}  ${words.tags(peer.tags)}`
      })
      return Promise.resolve({ fields: { peers }, sentence: [countWords(peers), ...lines] })
    },
  },
  invite: {
    usage: 'invite',
    help: 'an invitation that names our own addresses',
    run: ({ node, network: name }) => {
      const { kind, networkId: id } = node
      const network = nameOrId({ kind, id, name })
      const bootstrap = invitedFirst(node.addresses())
      const link = formatInvitation({ network, kind, bootstrap })
      return Promise.resolve({ fields: { link, network, kind, bootstrap }, sentence: link })
    },
  },
  health: {
    usage: 'health',
    help: 'how we are, and what was counted',
    run: ({ node }) => {
      const health = node.discovery.health()
      const stats = node.discovery.stats()
      const bytes = (read: 'In' | 'Out'): number => stats[`gossipBytes${read}`] + stats[`streamBytes${read}`]
      const numbers =
        `${health.state}: ${counted(health.neighbors, 'neighbor')}, ${counted(health.connections, 'connection')}, ` +
        `${counted(bytes('In'), 'byte')} in, ${counted(bytes('Out'), 'byte')} out, ${counted(stats.dials, 'dial')}, ` +
        counted(stats.syncsRunning, 'sync runs', 'syncs run')
      const advice = aloneWords(health)
      return Promise.resolve({
        fields: { health, stats },
        sentence: advice === '' ? numbers : [numbers, `  ${advice}`],
      })
    },
  },
  reach: {
    usage: 'reach',
    help: 'how others reach us: addresses, router, relays, peers on the local network',
    run: ({ node }) => {
      const reachability = node.reachability()
      const { lan, upnp, autonat, relay } = reachability
      const because = (reason?: string): string => (reason === undefined ? '' : ` (${reason})`)
      return Promise.resolve({
        fields: { reachability, addresses: node.addresses() },
        sentence: [
          `reachable from outside: ${autonat.verdict}`,
          ...node.addresses().map((address) => `  ${address}`),
          `local network: ${lan.state}${because(lan.reason)}, ${formatCount(lan.found.length)} found`,
          `router: ${upnp.state}${because(upnp.reason)}, ${counted(upnp.mappings.length, 'port')} opened`,
          `relays: ${formatCount(relay.using.length)} in use${relay.serving ? `, ${counted(relay.reservations, 'place')} given` : ''}`,
        ],
      })
    },
  },
  help: {
    usage: 'help',
    help: 'list these commands',
    run: () => Promise.resolve({ fields: { commands: usages() }, sentence: ['commands:', ...usages()] }),
  },
}

/** A running node, its network as it was named, and how ids of it are written. */
export interface RunningNode {
  readonly node: OpenNode
  readonly network: string
  readonly names: NameBook
  readonly words: KindWords
}

/** Runs one line of input and prints its reply. A bad line is answered, never fatal. */
export async function runNodeCommand(running: RunningNode, line: string, printer: Printer): Promise<void> {
  const text = line.trim()
  if (text === '') return
  const name = Object.keys(COMMANDS).find((key) => text === key || text.startsWith(`${key} `))
  try {
    const command = name === undefined ? undefined : COMMANDS[name]
    if (name === undefined || command === undefined) throw new InvalidArgument(`unknown command '${text}'; try help`)
    const { fields, sentence } = await command.run(running, text.slice(name.length).trim())
    printer.event('reply', { command: text, ok: true, ...fields }, sentence)
  } catch (error) {
    const thrown = errorShape(error)
    const shape = { ...thrown, message: withPeerIds(running.node.kind, thrown.message) }
    printer.event('reply', { command: text, ok: false, error: shape }, `${shape.code}: ${shape.message}`)
  }
}

function usages(): string[] {
  return Object.values(COMMANDS).map((command) => `  ${command.usage.padEnd(16)} ${command.help}`)
}

function changed(didChange: boolean, sentence: string): { fields: { changed: boolean }; sentence: string } {
  return { fields: { changed: didChange }, sentence: didChange ? sentence : 'nothing changed' }
}

/** As the window counts them: we are in no count, and our own line stands among the others. */
function countWords(peers: readonly { readonly self: boolean }[]): string {
  const others = peers.filter(({ self }) => !self).length
  const withUs = others < peers.length ? ' + us' : ''
  return `${counted(others, 'peer')}${withUs}`
}

function required(text: string, what: string): string {
  if (text === '') throw new InvalidArgument(`${what} is missing; try help`)
  return text
}
