/** `peerscope crawl`: who is connected to whom in a network, as its peers say. */
import { andList } from '../../shared/and-list.ts'
import { capital } from '../../shared/capital.ts'
import { counted } from '../../shared/counted.ts'
import { formatCount } from '../../shared/format-count.ts'
import type { Command } from 'commander'
import { formatDuration, parseDuration } from '../../shared/config.ts'
import type { PeerId } from '../../shared/ids.ts'
import { islandsVerdict } from '../../shared/island-words.ts'
import { LOCAL_LISTEN, notAskedWords } from '../../shared/not-asked-words.ts'
import { CRAWL_TAG } from '../../shared/tags.ts'
import type { CrawlProgress } from '../../shared/topology.ts'
import { jsonText } from '../../shared/visible-text.ts'
import type { CrawledPeer, NodeCrawl } from '../monitor/crawl-node.ts'
import { crawlWith } from '../monitor/crawl-node.ts'
import type { OpenNode } from '../monitor/open-node.ts'
import { DEFAULT_LISTEN, nodeSecret, openNode } from '../monitor/open-node.ts'
import { addConfigFlags, collect, configFrom, DHT_BOOTSTRAP_HELP } from './flags.ts'
import type { Io } from './io.ts'
import type { KindWords } from './kind-words.ts'
import { kindWords } from './kind-words.ts'
import { cliLogger } from './log.ts'
import { createPrinter } from './output.ts'
import { addLanFlag, uselessFlags } from './reach-flags.ts'
import { formatTable } from './table.ts'
import type { WhereFlags } from './where.ts'
import { addRequiredWhereFlags, requiredWhere, sayRelays } from './where.ts'

/** Peers that a row of the table names. */
const NAMED = 4
/** How long to look for peers unless told otherwise. */
const WAIT = '20s'

interface CrawlFlags extends Readonly<Record<string, unknown>>, WhereFlags {
  readonly listen?: readonly string[]
  readonly secret?: string
  readonly dht: boolean
  readonly dhtBootstrap?: readonly string[]
  readonly mdns: boolean
  readonly wait?: number
  readonly json?: boolean
  readonly verbose?: boolean
}

/** Adds the command. */
export function addCrawlCommand(program: Command, io: Io): void {
  const command = addRequiredWhereFlags(
    program
      .command('crawl')
      .summary('ask all peers of a network who they are connected to')
      .description(
        'Joins a network with a node of its own, asks every peer for its gossip neighbors and its connections, prints who is\n' +
          'connected to whom, and leaves. At most 8 peers are asked at once and 30 a second; those that do not answer are\n' +
          'counted, and those that are not dialed from here, with the reason. SIGINT ends it with what was found until then.\n' +
          `To others it is a peer with the tag ${CRAWL_TAG} that joins and leaves.\n` +
          'Peers of mosaik networks do not tell their neighbors: there it lists who is known, and our own neighbors.',
      ),
  )
    .option('--listen <multiaddr>', `listen address, may be repeated (default: ${andList(DEFAULT_LISTEN)})`, collect)
    .option('--secret <text>', 'identity: 64 hex digits, or any text for a stable key (default: a new random key)')
    .option('--wait <duration>', `how long to look for peers at most (default: ${WAIT})`, parseDuration)
    .option('--no-dht', 'do not look for peers in the Mainline DHT')
    .option('--dht-bootstrap <host:port>', DHT_BOOTSTRAP_HELP, collect)
  addLanFlag(command)
    .option('--json', 'print one JSON object a line: progress, each peer, and the sum')
    .option('--verbose', 'log what libp2p does, to standard error')
  addConfigFlags(command).action((flags: CrawlFlags) => crawl(flags, io))
}

async function crawl(flags: CrawlFlags, io: Io): Promise<void> {
  const json = flags.json === true
  const where = requiredWhere(flags)
  const { network, kind, relay, entryVersion, bootstrap } = where
  for (const note of uselessFlags(flags, kind)) io.err(`Note: ${note}\n`)
  sayRelays(where, createPrinter(io, json))
  const words = kindWords(kind)
  const node = await openNode(
    {
      network,
      kind,
      relay,
      entryVersion,
      secret: nodeSecret(flags.secret ?? null),
      listen: flags.listen ?? DEFAULT_LISTEN,
      bootstrap,
      tags: [CRAWL_TAG],
      config: configFrom(flags),
      dht: flags.dht,
      dhtBootstrap: flags.dhtBootstrap ?? [],
      mdns: flags.mdns,
      logger: cliLogger(io, flags.verbose === true),
    },
    io.stop,
  )
  try {
    const onProgress = (progress: CrawlProgress): void => {
      if (json) io.out(`${jsonText({ event: 'progress', ...progress })}\n`)
      else
        io.err(
          `asked ${formatCount(progress.asked)} of ${formatCount(progress.asked + progress.waiting)}, ${formatCount(progress.answered)} answered\n`,
        )
    }
    const waitMs = flags.wait ?? parseDuration(WAIT)
    const result = await crawlWith(node, { waitMs, onProgress }, io.stop)
    if (json) printJson(result, node, words, io)
    else printTable(result, node, words, io)
  } finally {
    await node.stop()
    io.endInput()
  }
}

/** What the links say; empty where none are told. */
function verdictOf({ islands }: NodeCrawl, self: PeerId, words: KindWords): string {
  return islands === null ? '' : islandsVerdict(islands, { nameOf: (peerId) => words.short(peerId), self })
}

function printJson(crawled: NodeCrawl, { kind, networkId, peerId: self }: OpenNode, words: KindWords, io: Io): void {
  const { peers, progress, whole, untold, neighbors, islands } = crawled
  for (const peer of peers) io.out(`${jsonText({ event: 'peer', ...peer, ...words.fields(peer.peerId) })}\n`)
  const told =
    untold === null ? { islands, verdict: verdictOf(crawled, self, words) } : { untold, ownNeighbors: neighbors }
  io.out(`${jsonText({ event: 'crawl', kind, networkId, whole, ...told, ...progress })}\n`)
}

function printTable(crawled: NodeCrawl, { peerId: self }: OpenNode, words: KindWords, io: Io): void {
  const { peers, progress, whole, untold, neighbors } = crawled
  if (untold !== null) {
    const ours = new Set(neighbors)
    const rows = peers.map(({ peerId, tags }) => [words.id(peerId), ours.has(peerId) ? 'yes' : null, words.tags(tags)])
    io.out(formatTable(['PEER', 'OUR NEIGHBOR', 'TAGS'], rows))
    io.out(
      `\n${counted(peers.length, 'peer is', 'peers are')} known, ${counted(neighbors.length, 'is our neighbor', 'are our neighbors')}. Not a crawl: ${untold}.\n`,
    )
    return
  }
  const named = (linked: readonly PeerId[]): string => {
    const names = linked
      .slice(0, NAMED)
      .map((peerId) => words.short(peerId))
      .join(' ')
    return linked.length > NAMED ? `${names} +${formatCount(linked.length - NAMED)}` : names
  }
  const rows = peers
    .toSorted((a, b) => linked(b).length - linked(a).length)
    .map((peer) => {
      const answered = peer.outcome === 'answered'
      return [
        words.short(peer.peerId),
        WORDS[peer.outcome ?? 'none'],
        answered ? peer.neighbors.length : null,
        answered ? peer.connected.length : null,
        answered ? named(linked(peer)) : null,
        words.tags(peer.tags),
      ]
    })
  io.out(formatTable(['PEER', 'ANSWER', 'NEIGHBORS', 'CONNECTIONS', 'LINKED TO', 'TAGS'], rows))
  const verdict = verdictOf(crawled, self, words)
  io.out(`\n${capital(verdict)}.\n`)
  io.out(`${sum(progress)}${whole ? '' : ' It was stopped before all were asked.'}\n`)
  for (const words of notAskedWords(progress.notAsked, `use --listen ${LOCAL_LISTEN}`)) io.out(`${words}.\n`)
}

const WORDS = {
  answered: 'answered',
  refused: 'refused',
  failed: 'no answer',
  notAsked: 'not asked',
  none: 'crawl stopped',
} as const

function linked({ neighbors, connected }: CrawledPeer): PeerId[] {
  return [...new Set([...neighbors, ...connected])]
}

function sum(progress: CrawlProgress): string {
  const { asked, answered, refused, failed, links, strangers, elapsedMs, perSecond } = progress
  const time = formatDuration(elapsedMs)
  const others =
    strangers === 0
      ? ''
      : ` ${counted(strangers, 'more id was named that is', 'more ids were named that are')} not in the catalog.`
  return (
    `${formatCount(answered)} of ${counted(asked, 'peer')} answered, ${formatCount(refused)} refused, ${formatCount(failed)} did not answer; ` +
    `${counted(links, 'link')}, in ${time} (${perSecond.toFixed(1)} peers a second).${others}`
  )
}
