/** Three ways to bring two catalogs to the same state, each with the same pages, checks and signatures. */
import { createHash } from 'node:crypto'
import { nip77 } from 'nostr-tools'
import type { PeerId } from '../../src/shared/ids.ts'
import { publicKeyOf } from '../../src/shared/ids.ts'
import { answerSync } from '../../test/support/discovery/sync-over-link.ts'
import { verifyEntries } from '../../src/main/discovery/entry.ts'
import { ownBuffer } from '../../src/main/discovery/base/bytes.ts'
import { RECONCILE_BOUNDS } from '../../src/main/discovery/dialects/peerscope/sync/bounds.ts'
import { PageIntake, pageOf } from '../../src/main/discovery/dialects/peerscope/sync/pages.ts'
import { runSync } from '../../test/support/discovery/sync-over-link.ts'
import { SyncAnswer, SyncRequest } from '../../src/main/discovery/dialects/peerscope/wire/generated/sync.js'
import type { Page } from '../../src/main/discovery/dialects/peerscope/wire/generated/sync.js'
import type { BenchPeer, Cost } from './peers.ts'
import { measured, Wire } from './peers.ts'

/** Brings both to the union. */
export type Way = (asker: BenchPeer, answerer: BenchPeer) => Promise<Cost>

const signal = new AbortController().signal

/** Peerscope's own. */
export const ours: Way = async (asker, answerer) => {
  const wire = new Wire()
  const [near, far] = wire.links([asker.self, answerer.self])
  return await measured(wire, 0, async () => {
    const answered = answerSync(far, answerer.parts, signal).catch((error: unknown) => {
      far.abort(error instanceof Error ? error : new Error(String(error)))
      throw error
    })
    await Promise.all([runSync(near, asker.parts, signal), answered])
  })
}

/** Both send all that they have, a page for a page. */
export const snapshots: Way = async (asker, answerer) => {
  const wire = new Wire()
  return await measured(wire, 0, () => swap(wire, asker, answerer, asker.ids(), answerer.ids()))
}

/** Negentropy finds what differs; then each side sends what the other lacks. */
export const negentropy: Way = async (asker, answerer) => {
  const wire = new Wire()
  const from = performance.now()
  const near = vectorOf(asker)
  const far = vectorOf(answerer)
  const prepareMs = (performance.now() - from) / 2
  return await measured(wire, prepareMs, async () => {
    const [mine, theirs] = [new nip77.Negentropy(near.vector, FRAME), new nip77.Negentropy(far.vector, FRAME)]
    const [have, need]: [string[], string[]] = [[], []]
    let message: string | null = mine.initiate()
    while (message !== null) {
      const asked = await wire.ask(Buffer.from(message, 'hex'))
      // To a list of ids a relay answers with what it has beside them. This library leaves that to whoever runs it: they
      // are counted here as the ids alone.
      const before = need.length
      const answer = theirs.reconcile(
        Buffer.from(asked).toString('hex'),
        (id) => void need.push(id),
        (id) => void have.push(id),
      )
      wire.bytesIn += (need.length - before) * 32
      if (answer === null) break
      const answered = await wire.answer(Buffer.from(answer, 'hex'))
      message = mine.reconcile(
        Buffer.from(answered).toString('hex'),
        (id) => void have.push(id),
        (id) => void need.push(id),
      )
    }
    // An id names an entry of one version; 32 bytes of each wanted one go out with the pages.
    wire.bytesOut += need.length * 32
    await swap(wire, asker, answerer, peersOf(have, near.peers), peersOf(need, far.peers))
  })
}

/** Bytes of a message of negentropy, as of a page. */
const FRAME = RECONCILE_BOUNDS.pageBytes

/** Both send these, a page for a page. */
async function swap(
  wire: Wire,
  asker: BenchPeer,
  answerer: BenchPeer,
  out: readonly PeerId[],
  into: readonly PeerId[],
): Promise<void> {
  const [mine, theirs] = [pages(asker, out), pages(answerer, into)]
  const all = new Set([...out, ...into])
  for (;;) {
    const [given, taken] = [mine.next().value, theirs.next().value]
    if (given === undefined && taken === undefined) return
    const request = SyncRequest.decode(await wire.ask(SyncRequest.encode({ page: given ?? EMPTY })))
    if (request.page !== undefined) await takeIn(request.page, all, answerer, asker.self)
    const answer = SyncAnswer.decode(await wire.answer(SyncAnswer.encode({ page: taken ?? EMPTY })))
    if (answer.page !== undefined) await takeIn(answer.page, all, asker, answerer.self)
  }
}

/** Takes in a page as a sync does. */
async function takeIn(page: Page, asked: ReadonlySet<PeerId>, { parts }: BenchPeer, from: PeerId): Promise<void> {
  const intake = new PageIntake(page, (peerId) => asked.has(peerId), parts.catalog)
  for (let action = intake.step({ kind: 'resumed' }); action !== null;) {
    if (action.kind === 'verify')
      action = intake.step({ kind: 'verified', entries: await verifyEntries(action.entries, parts.signatures, signal) })
    else if (action.kind === 'store')
      action = intake.step({ kind: 'stored', changed: await parts.catalog.accept(action.entries, from) })
    else {
      await new Promise((resolve) => setImmediate(resolve))
      action = intake.step({ kind: 'resumed' })
    }
  }
}

const EMPTY: Page = { entries: [], signatures: [] }

function* pages(peer: BenchPeer, ids: readonly PeerId[]): Generator<Page, undefined> {
  for (let at = 0; at < ids.length;) {
    const { message, done } = pageOf(ids.slice(at, at + RECONCILE_BOUNDS.itemsAMessage), peer.parts.catalog)
    at += done.length
    yield message
  }
  return undefined
}

function vectorOf(peer: BenchPeer): {
  readonly vector: InstanceType<typeof nip77.NegentropyStorageVector>
  readonly peers: ReadonlyMap<string, PeerId>
} {
  const vector = new nip77.NegentropyStorageVector()
  const peers = new Map<string, PeerId>()
  for (const { peerId, version } of peer.catalog.index.itemsOf('')) {
    const text = `${version.startedAt}.${version.updatedAt}`
    const id = createHash('sha256')
      .update(ownBuffer(publicKeyOf(peerId)))
      .update(text)
      .digest('hex')
    // Its times have 31 bits: seconds.
    vector.insert(Math.floor(version.updatedAt / 1000), id)
    peers.set(id, peerId)
  }
  vector.seal()
  return { vector, peers }
}

function peersOf(ids: readonly string[], peers: ReadonlyMap<string, PeerId>): PeerId[] {
  return ids.map((id) => peers.get(id)).filter((peerId) => peerId !== undefined)
}
