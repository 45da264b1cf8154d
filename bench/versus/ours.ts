/** Hosts Peerscope nodes in one process, and does with them what it is asked: the counterpart of test/interop/mosaik-node. */
import { randomBytes } from 'node:crypto'
import pino from 'pino'
import type { PeerId } from '../../src/shared/ids.ts'
import type { Told } from '../../src/main/discovery/handle.ts'
import type { OpenNode } from '../../src/main/monitor/open-node.ts'
import { openNode } from '../../src/main/monitor/open-node.ts'
import { prepareSignatures } from '../../src/main/network/signatures.ts'
import { boundYoungHeap } from '../../src/main/monitor/young-heap.ts'
import { entryOf, NETWORK_NAME } from '../loop/entries.ts'
import type { Ask, Reply } from './protocol.ts'

/** Longest wait for all catalogs, milliseconds. */
const LIMIT_MS = 120_000
/** Entries that are fed in one turn of the loop. */
const TURN = 50

/** A node, and what its catalog holds by what it told. */
interface Member {
  readonly node: OpenNode
  readonly known: Set<PeerId>
  /** Looked at with each event. */
  look: (told: Told) => void
}

const members = new Map<string, Member>()
const never = new AbortController().signal

// libp2p rejects promises that nobody holds when a connection ends while it writes; every host of ours only logs that.
process.on('uncaughtException', (error) => void process.stderr.write(`${String(error)}\n`))
process.once('disconnect', () => process.exit(0))
process.on('message', (ask: Ask) => {
  void answer(ask).then(
    (fields) => reply({ id: ask.id, error: null, addresses: [], tookMs: 0, ...fields }),
    (error: unknown) => reply({ id: ask.id, error: String(error), addresses: [], tookMs: 0 }),
  )
})
// As `peerscope node` does, and a host of the app before anybody waits.
boundYoungHeap()
prepareSignatures()
reply({ id: 0, error: null, addresses: [], tookMs: 0 })

function reply(message: Reply): void {
  process.send?.(message)
}

async function answer(ask: Ask): Promise<Partial<Reply>> {
  switch (ask.cmd) {
    case 'spawn':
      return await start(ask)
    case 'wait all': {
      const from = performance.now()
      await inTime([...members.values()].map((member) => knows(member, ask.count)))
      return { tookMs: performance.now() - from }
    }
    case 'feed':
      return await feed(memberOf(ask.node), ask.count)
    case 'spread tag': {
      const member = memberOf(ask.node)
      const { peerId } = member.node
      const has = (told: Told): boolean =>
        told.kind === 'event' &&
        told.event.kind === 'PeerUpdated' &&
        told.event.peerId === peerId &&
        told.event.tags.includes(ask.tag)
      return await spread(member, has, () => member.node.discovery.addTags(ask.tag))
    }
    case 'spread goodbye': {
      const member = memberOf(ask.node)
      members.delete(ask.node)
      const { peerId } = member.node
      const gone = (told: Told): boolean =>
        told.kind === 'event' && told.event.kind === 'PeerDeparted' && told.event.peerId === peerId
      return await spread(member, gone, () => member.node.stop())
    }
    default:
      throw new Error(`unknown command ${ask.cmd}`)
  }
}

function memberOf(name: string): Member {
  const member = members.get(name)
  if (member === undefined) throw new Error(`no node is named ${name}`)
  return member
}

async function start({ node: name, bootstrap }: Ask): Promise<Partial<Reply>> {
  const from = performance.now()
  const known = new Set<PeerId>()
  let member: Member | null = null
  const onTold = (told: Told): void => {
    if (told.kind === 'event' && told.event.kind === 'PeerDiscovered') known.add(told.event.peerId)
    if (told.kind === 'event' && told.event.kind === 'PeerDeparted') known.delete(told.event.peerId)
    member?.look(told)
  }
  const node = await openNode(
    {
      network: NETWORK_NAME,
      secret: randomBytes(32),
      listen: ['/ip4/127.0.0.1/tcp/0'],
      bootstrap,
      tags: [],
      config: {},
      dht: false,
      mdns: false,
      logger: pino({ level: 'silent' }),
      onTold,
    },
    never,
  )
  member = { node, known, look: () => undefined }
  members.set(name, member)
  return { addresses: node.addresses(), tookMs: performance.now() - from }
}

/** Puts signed entries of made-up peers into the catalog. */
async function feed({ node }: Member, count: number): Promise<Partial<Reply>> {
  const at = Date.now()
  for (let index = 0; index < count; index += 1) {
    const outcome = await node.discovery.feed(entryOf(index, at))
    if (outcome !== 'New') throw new Error(`an entry was ${outcome}`)
    if (index % TURN === TURN - 1) await new Promise((resolve) => setImmediate(resolve))
  }
  return {}
}

/** Resolves when the catalog has so many other peers. */
async function knows(member: Member, count: number): Promise<void> {
  if (member.known.size >= count) return
  await new Promise<void>((resolve) => {
    member.look = () => {
      if (member.known.size < count) return
      member.look = () => undefined
      resolve()
    }
  })
}

/** How long a change of one node takes until all others were told of it. */
async function spread(
  from: Member,
  heard: (told: Told) => boolean,
  change: () => Promise<unknown>,
): Promise<Partial<Reply>> {
  const others = [...members.values()].filter((member) => member !== from)
  let at = 0
  const all = others.map(
    (member) =>
      new Promise<void>((resolve) => {
        member.look = (told) => {
          if (!heard(told)) return
          member.look = () => undefined
          at = performance.now()
          resolve()
        }
      }),
  )
  const began = performance.now()
  const changed = change()
  await inTime(all)
  await changed
  return { tookMs: at - began }
}

async function inTime(all: readonly Promise<void>[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not in ${LIMIT_MS / 1000} s`)), LIMIT_MS)
  })
  await Promise.race([Promise.all(all), late]).finally(() => clearTimeout(timer))
}
