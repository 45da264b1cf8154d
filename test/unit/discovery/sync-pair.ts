import { DEFAULT_CONFIG } from '../../../src/shared/config.ts'
import { Cancelled } from '../../../src/shared/errors.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import type { Version } from '../../../src/shared/peer.ts'
import { compareVersions } from '../../../src/shared/peer.ts'
import type { Aging } from '../../../src/main/discovery/catalog/purge.ts'
import { isStale, longestOf } from '../../../src/main/discovery/catalog/purge.ts'
import type { SignedPeerEntry } from '../../../src/main/discovery/entry/entry.ts'
import type { Link, SignatureClaim, Signatures } from '../../../src/main/discovery/ports.ts'
import { ReconcileIndex } from '../../../src/main/discovery/sync/reconcile.ts'
import { answerSync } from '../../support/discovery/sync-over-link.ts'
import { runSync } from '../../support/discovery/sync-over-link.ts'
import type { SyncCatalog } from '../../support/discovery/sync-over-link.ts'
import type { Dialect } from '../../../src/main/discovery/dialect.ts'
import { peerscope } from '../../../src/main/discovery/dialects/peerscope/peerscope.ts'
import { SyncAnswer, SyncRequest } from '../../../src/main/discovery/dialects/peerscope/wire/generated/sync.js'
import { linkPair } from '../../sim/link.ts'
import { simSignatures } from '../../sim/signatures.ts'
import { World } from '../../sim/world.ts'
import type { Host } from '../../sim/world.ts'

/** A catalog with nothing but what syncs see of it. */
export class PlainCatalog implements SyncCatalog {
  readonly index = new ReconcileIndex()
  readonly entries = new Map<PeerId, SignedPeerEntry>()
  /** Entries that are in the index and may not be sent any more. */
  readonly withheld = new Set<PeerId>()
  /** When it is, milliseconds since the epoch: entries may be too old. Null where none is. */
  now: number | null = null

  put(signed: SignedPeerEntry): void {
    this.entries.set(signed.entry.peerId, signed)
    this.index.set(signed.entry.peerId, signed.entry.version)
  }

  entry(peerId: PeerId): SignedPeerEntry | null {
    return this.withheld.has(peerId) ? null : (this.entries.get(peerId) ?? null)
  }

  isNews(peerId: PeerId, entry: Aging): boolean {
    if (this.now !== null && isStale(entry, this.now, DEFAULT_CONFIG)) return false
    const known = this.entries.get(peerId)
    return known === undefined || compareVersions(entry.version, known.entry.version) > 0
  }

  hasRoom(): boolean {
    return true
  }

  mayBeNews(peerId: PeerId, version: Version): boolean {
    return this.isNews(peerId, longestOf(version))
  }

  accept(entries: readonly SignedPeerEntry[]): Promise<number> {
    const news = entries.filter(({ entry }) => this.isNews(entry.peerId, entry))
    for (const signed of news) this.put(signed)
    return Promise.resolve(news.length)
  }

  /** Peers with their versions, to compare two catalogs. */
  picture(): Map<PeerId, Version> {
    return new Map([...this.entries].map(([peerId, { entry }]) => [peerId, entry.version]))
  }
}

/** A message of an exchange, for what it costs. */
export interface Sent {
  readonly from: 'asker' | 'answerer'
  readonly bytes: number
}

/** Two catalogs on two hosts of a simulated network. */
export class SyncPair {
  readonly world = new World(1)
  readonly asker = new PlainCatalog()
  readonly answerer = new PlainCatalog()
  readonly sent: Sent[] = []
  /** Whether the asking side takes the whole catalog. */
  orAll = true
  /** How long the asking side took, virtual milliseconds. */
  askedMs = 0
  readonly ends: readonly [Link, Link]
  readonly #hosts: readonly [Host, Host]
  readonly #signatures: Signatures
  readonly #dialect: Dialect
  readonly #signal = new AbortController()

  constructor(signatures: Signatures, dialect: Dialect = peerscope) {
    this.#signatures = signatures
    this.#dialect = dialect
    this.#hosts = [this.world.addHost(), this.world.addHost()]
    for (const host of this.#hosts) void host.start(this.#signal.signal)
    const [near, far] = linkPair(this.#hosts[0], this.#hosts[1], dialect.limits.sync)
    this.ends = [this.#metered(near, 'asker'), this.#metered(far, 'answerer')]
  }

  /** Fills both catalogs: with what both have, and with what one of them has. */
  give(
    both: readonly SignedPeerEntry[],
    asker: readonly SignedPeerEntry[],
    answerer: readonly SignedPeerEntry[],
  ): void {
    for (const one of [...both, ...asker]) this.asker.put(one)
    for (const one of [...both, ...answerer]) this.answerer.put(one)
  }

  /** Syncs once and resolves when both sides are through; a side's failure is its result. */
  async run(): Promise<{
    readonly asked: Awaited<ReturnType<typeof runSync>> | Error
    readonly answered: Awaited<ReturnType<typeof answerSync>> | Error
  }> {
    return await this.settle(this.startAsker(), this.startAnswerer())
  }

  async startAsker(): Promise<Awaited<ReturnType<typeof runSync>>> {
    const parts = { ...this.#parts(this.asker, 0), isFirst: this.orAll }
    return await runSync(this.ends[0], parts, this.#signal.signal)
  }

  async startAnswerer(): Promise<Awaited<ReturnType<typeof answerSync>>> {
    return await answerSync(this.ends[1], this.#parts(this.answerer, 1), this.#signal.signal)
  }

  /** Lets time pass until both have settled; a side that fails resets the stream, as the ports do. */
  async settle<A, B>(
    asker: Promise<A>,
    answerer: Promise<B>,
  ): Promise<{ readonly asked: A | Error; readonly answered: B | Error }> {
    let open = 2
    const from = this.world.scheduler.now
    const outcome = async <T>(work: Promise<T>, end: Link): Promise<T | Error> => {
      try {
        return await work
      } catch (error) {
        const fault = error instanceof Error ? error : new Cancelled(String(error))
        end.abort(fault)
        return fault
      } finally {
        if (end === this.ends[0]) this.askedMs = this.world.scheduler.now - from
        open -= 1
      }
    }
    const results = Promise.all([outcome(asker, this.ends[0]), outcome(answerer, this.ends[1])])
    await this.world.scheduler.until(() => open === 0, 120_000, 5)
    const [asked, answered] = await results
    return { asked, answered }
  }

  /** Plays the answering side by hand: null never answers. @returns what the asking side came to */
  async answerBy(answer: (request: SyncRequest, round: number) => SyncAnswer | null): Promise<unknown> {
    const [, end] = this.ends
    const play = async (): Promise<void> => {
      for (let round = 0; ; round += 1) {
        const reply = answer(SyncRequest.decode(await end.read(this.#signal.signal)), round)
        if (reply === null) await new Promise(() => undefined)
        else await end.write(SyncAnswer.encode(reply), this.#signal.signal)
      }
    }
    const endless = play().catch((error: unknown) => error)
    const later = new Promise<void>((resolve) => void this.world.scheduler.schedule(60_000, () => resolve()))
    const { asked } = await this.settle(this.startAsker(), Promise.race([endless, later]))
    return asked
  }

  /** Plays the asking side by hand with these requests. @param answers is given what comes back. @returns what the answering side came to */
  async askBy(requests: readonly SyncRequest[], answers: SyncAnswer[] = []): Promise<unknown> {
    const [end] = this.ends
    const play = async (): Promise<void> => {
      for (const request of requests) {
        await end.write(SyncRequest.encode(request), this.#signal.signal)
        answers.push(SyncAnswer.decode(await end.read(this.#signal.signal)))
      }
      await end.close()
    }
    const { answered } = await this.settle(play(), this.startAnswerer())
    return answered
  }

  #parts(catalog: PlainCatalog, host: 0 | 1) {
    return { catalog, signatures: this.#signatures, clock: this.#hosts[host].ports.clock, dialect: this.#dialect }
  }

  #metered(link: Link, from: Sent['from']): Link {
    return {
      remote: link.remote,
      read: (signal) => link.read(signal),
      write: (message, signal) => {
        this.sent.push({ from, bytes: message.length })
        return link.write(message, signal)
      },
      close: () => link.close(),
      abort: (reason) => link.abort(reason),
    }
  }
}

/** Counts what is verified, and notes how many come at once; on the event loop nothing may be. */
export class CountingSignatures implements Signatures {
  verified = 0
  readonly batches: number[] = []
  readonly #inner = simSignatures()

  publicKey(secret: Uint8Array): Uint8Array {
    return this.#inner.publicKey(secret)
  }

  sign(secret: Uint8Array, message: Uint8Array): Uint8Array {
    return this.#inner.sign(secret, message)
  }

  verify(): boolean {
    throw new Error('a sync must not verify on the event loop')
  }

  expectMany(): void {
    this.#inner.expectMany()
  }

  verifyAll(claims: readonly SignatureClaim[], signal: AbortSignal): Promise<readonly boolean[]> {
    this.verified += claims.length
    this.batches.push(claims.length)
    return this.#inner.verifyAll(claims, signal)
  }
}
