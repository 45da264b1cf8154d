/**
 * Rules DH: the slots of a network's chain are polled until the network is left. A machine: a poll starts the DHT, reads all
 * slots, asks their holders, and then refreshes our slot or takes one; each of these steps waits for its answers.
 */
import type { DhtSlot, DhtStatus } from '../../../shared/dht.ts'
import { DhtFailed, errorShape } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Env } from '../core/env.ts'
import type { Requests } from '../core/requests.ts'
import type { DhtItem } from '../ports.ts'
import type { Slot } from './chain.ts'
import { SLOTS, slotChain } from './chain.ts'
import { slotView } from './read.ts'
import type { DhtRecord, EncodedRecord } from './record.ts'
import type { SlotFinding } from './rules.ts'
import { ageOf, mayClaim, needsRefresh, nextSeq, pickSlot, pollDelay, shouldAsk, TTL_MS } from './rules.ts'

/** Races for a slot that one poll may lose. */
const RACES = 3
/** How long one request to the DHT may take, milliseconds: the library gives up before. */
const REQUEST_MS = 60_000

/** What one slot is known to hold. */
interface Known {
  readonly item: DhtItem | null
  readonly record: DhtRecord | null
}

/** What a request to the DHT is for. */
type Asked =
  | { readonly what: 'start' }
  | { readonly what: 'read'; readonly slot: Slot }
  /** A slot that another was faster at is read again. */
  | { readonly what: 'readAgain'; readonly slot: Slot }
  | {
      readonly what: 'write'
      readonly slot: Slot
      readonly item: DhtItem
      readonly record: DhtRecord
      readonly claim: boolean
    }

/** A poll that goes on. */
interface Poll {
  /** Requests to the DHT that are not answered, by id. */
  readonly asked: Map<number, Asked>
  /** Slots that were read in this step of it. */
  read: Slot[]
  /** What failed in this step, first. */
  error: Error | null
  /** Holders that were asked in this step, and those of them that did not answer yet. */
  asking: ReadonlySet<PeerId>
  readonly holders: Set<PeerId>
  /** What is known of each slot by now; empty until the holders were asked. */
  findings: SlotFinding[]
  /** Slots of which the holders are asked now. */
  pending: Slot[]
  races: number
}

/** Polls the slots of a network's chain. */
export class DhtBootstrap {
  readonly #env: Env
  readonly #requests: Requests
  readonly #chain: readonly Slot[]
  readonly #known = new Map<number, Known>()
  /** What came of asking each holder last. */
  readonly #verdicts = new Map<PeerId, boolean>()
  /** When slots were taken, and the one that was taken last. */
  #claims: readonly number[] = []
  #claimed: number | null = null
  #readAt: number | null = null
  #problem: string | null = null
  #poll: Poll | null = null

  constructor(env: Env, requests: Requests) {
    this.#env = env
    this.#requests = requests
    this.#chain = slotChain(env.dialect.dht.root(env.networkId), (secret) => env.signatures.publicKey(secret))
  }

  /** A poll is due. */
  poll(): void {
    if (this.#poll !== null) return
    this.#poll = {
      asked: new Map(),
      read: [],
      error: null,
      asking: new Set(),
      holders: new Set(),
      findings: [],
      pending: [],
      races: 0,
    }
    const id = this.#request(this.#poll, { what: 'start' })
    this.#env.out({ kind: 'dhtStart', id })
  }

  /** The last neighbor went: polls sooner than was planned (rule DH6). */
  hurry(): void {
    if (this.#poll === null) this.#wait()
  }

  started(id: number): void {
    const poll = this.#answered(id)
    if (poll === null) return
    for (const slot of this.#chain) this.#read(poll, slot, 'read')
  }

  /** What stands in a slot. */
  read(id: number, item: DhtItem | null): void {
    const asked = this.#poll?.asked.get(id)
    const poll = this.#answered(id)
    if (poll === null || asked === undefined || (asked.what !== 'read' && asked.what !== 'readAgain')) return
    this.#known.set(asked.slot.index, { item, record: this.#recordOf(asked.slot, item) })
    poll.read.push(asked.slot)
    this.#onward(poll)
  }

  /** Our record was written; or not, since the slot had changed meanwhile. */
  written(id: number, taken: boolean): void {
    const asked = this.#poll?.asked.get(id)
    const poll = this.#answered(id)
    if (poll === null || asked?.what !== 'write') return
    const { slot, item, record, claim } = asked
    // A race was lost: who won it is one more peer.
    if (!taken) return this.#read(poll, slot, 'readAgain')
    this.#known.set(slot.index, { item, record })
    this.#claimed = slot.index
    if (claim) {
      const at = this.#env.clock.monotonic()
      this.#claims = [...this.#claims.filter((one) => at - one < TTL_MS), at]
      this.#env.debug('took a slot in the DHT', null, { slot: slot.index })
      this.#env.emit({ kind: 'DhtSlotClaimed', slot: slot.index })
    }
    this.#end(poll)
  }

  failed(id: number, error: Error): void {
    const asked = this.#poll?.asked.get(id)
    const poll = this.#answered(id)
    if (poll === null) return
    poll.error ??= error
    // One slot that cannot be read is left out; without all else the poll is over.
    if (asked?.what === 'read') this.#onward(poll)
    else this.#end(poll, error)
  }

  /** A request took too long. */
  late(id: number): void {
    if (this.#poll?.asked.has(id) !== true) return
    const error = new DhtFailed('the DHT does not answer')
    this.#env.out({ kind: 'callOff', id, error })
    this.failed(id, error)
  }

  /** Whether a holder answered in time. */
  holderAsked(holder: PeerId, answered: boolean): void {
    this.#verdicts.set(holder, answered)
    const poll = this.#poll
    if (poll === null || !poll.holders.delete(holder)) return
    if (poll.holders.size === 0) this.#judge(poll)
  }

  /** Rule DH8. */
  status(): DhtStatus {
    const now = this.#env.clock.now()
    const state = this.#problem !== null ? 'failing' : this.#readAt === null ? 'starting' : 'ready'
    const slots = this.#readAt === null ? [] : this.#chain.map(({ index }) => this.#show(index, now))
    return { state, reason: this.#problem, readAt: this.#readAt, slots }
  }

  /** Whether the deadline with this id is its own. */
  owns(id: number): boolean {
    return this.#poll?.asked.has(id) === true
  }

  /** What is wrong with it. */
  check(): string[] {
    const poll = this.#poll
    if (poll !== null && poll.asked.size + poll.holders.size === 0) return ['a poll of the DHT waits for nothing']
    return this.#verdicts.size > 2 * SLOTS ? ['more holders of slots are kept than slots'] : []
  }

  #request(poll: Poll, asked: Asked): number {
    const id = this.#env.nextId()
    poll.asked.set(id, asked)
    this.#env.setTimer(id, REQUEST_MS)
    return id
  }

  /** A request is answered. Null where it is none of this poll. */
  #answered(id: number): Poll | null {
    const poll = this.#poll
    if (poll === null || !poll.asked.delete(id)) return null
    this.#env.timers.clear(id)
    return poll
  }

  #read(poll: Poll, slot: Slot, what: 'read' | 'readAgain'): void {
    const id = this.#request(poll, { what, slot })
    this.#env.out({ kind: 'dhtRead', id, publicKey: slot.publicKey })
  }

  /** Once all that was to be read is read: the holders are asked. */
  #onward(poll: Poll): void {
    if (poll.asked.size > 0) return
    const slots = poll.read
    poll.read = []
    if (slots.length === 0) return this.#end(poll, poll.error)
    if (poll.findings.length === 0) {
      // The rest is read the next time.
      if (slots.length < SLOTS) this.#env.counters.refuse('DhtSlotUnread')
      this.#readAt = this.#env.clock.now()
      this.#problem = null
      this.#env.changed()
    }
    this.#askHolders(poll, slots)
  }

  /** Rule DH3. */
  #askHolders(poll: Poll, slots: readonly Slot[]): void {
    const { self, catalog, neighbors, random } = this.#env
    poll.pending = [...slots]
    const asked: { peerId: PeerId; addresses: readonly string[]; slot: number }[] = []
    for (const slot of slots) {
      const record = this.#known.get(slot.index)?.record ?? null
      if (record === null || record.holder === self || poll.holders.has(record.holder)) continue
      const verdict = this.#verdicts.get(record.holder) ?? null
      if (!shouldAsk({ known: catalog.size, neighbors: neighbors.size, verdict }, random.number())) continue
      poll.holders.add(record.holder)
      asked.push({ peerId: record.holder, addresses: record.addresses, slot: slot.index })
    }
    poll.asking = new Set(poll.holders)
    for (const { peerId, addresses, slot } of asked)
      this.#requests.pingHolder({ peerId, addresses }, { path: 'dht', slot })
    if (asked.length === 0) this.#judge(poll)
  }

  /** All holders that were asked have answered, or not. */
  #judge(poll: Poll): void {
    const { self } = this.#env
    for (const { index } of poll.pending) {
      const { item, record } = this.#known.get(index) ?? { item: null, record: null }
      const holder = record?.holder ?? null
      const answered =
        holder === null || holder === self || !poll.asking.has(holder) ? null : this.#verdicts.get(holder)
      poll.findings = [
        ...poll.findings.filter((one) => one.index !== index),
        { index, item, holder, answered: answered ?? null },
      ]
    }
    poll.pending = []
    poll.asking = new Set()
    this.#forgetHolders()
    const own = this.#ownSlot()
    if (own !== null) this.#refresh(poll, own)
    else this.#claim(poll)
  }

  /** Verdicts are kept of those that hold slots. */
  #forgetHolders(): void {
    const holders = new Set([...this.#known.values()].map(({ record }) => record?.holder))
    for (const peerId of this.#verdicts.keys()) if (!holders.has(peerId)) this.#verdicts.delete(peerId)
  }

  /** The slot that names us; of several, the one that was taken last. */
  #ownSlot(): number | null {
    const own = this.#chain.filter(({ index }) => this.#known.get(index)?.record?.holder === this.#env.self)
    return own.find(({ index }) => index === this.#claimed)?.index ?? own[0]?.index ?? null
  }

  /** Rule DH5. */
  #refresh(poll: Poll, index: number): void {
    const slot = this.#chain[index]
    const { item, record } = this.#known.get(index) ?? { item: null, record: null }
    if (slot === undefined || item === null || record === null) return this.#end(poll)
    const now = this.#env.clock.now()
    const own = this.#ownRecord(slot)
    if (own === null) return this.#end(poll)
    const { value, addresses } = own
    const seq = nextSeq(now, item.seq)
    const due = seq !== null && needsRefresh(record.addresses, addresses, ageOf(item, now))
    // One race a poll: after a lost one the next poll looks again.
    if (!due || poll.races > 0) return this.#end(poll)
    poll.races += 1
    this.#write(
      poll,
      { slot, item: { value, seq }, record: { holder: this.#env.self, addresses }, claim: false },
      item.seq,
    )
  }

  /** Rule DH4. */
  #claim(poll: Poll): void {
    const { clock, random } = this.#env
    if (poll.races >= RACES || !this.#mayClaim()) return this.#end(poll)
    const chosen = pickSlot(poll.findings, clock.now(), random.number())
    const slot = this.#chain[chosen?.index ?? -1]
    if (chosen === null || slot === undefined) return this.#end(poll)
    poll.races += 1
    // Written over what was found there.
    const before = chosen.item?.seq ?? null
    const own = this.#ownRecord(slot)
    if (own === null) return this.#end(poll)
    const { value, addresses } = own
    const seq = nextSeq(clock.now(), before)
    if (seq === null || addresses.length === 0) return this.#read(poll, slot, 'readAgain')
    this.#write(
      poll,
      { slot, item: { value, seq }, record: { holder: this.#env.self, addresses }, claim: true },
      before,
    )
  }

  #write(poll: Poll, write: Omit<Extract<Asked, { what: 'write' }>, 'what'>, cas: bigint | null): void {
    const id = this.#request(poll, { what: 'write', ...write })
    this.#env.out({ kind: 'dhtWrite', id, secret: write.slot.secret, item: write.item, cas })
  }

  #mayClaim(): boolean {
    const claimed = this.#known.get(this.#claimed ?? -1)?.record
    const overtaken = claimed !== undefined && claimed !== null && claimed.holder !== this.#env.self
    const holding = { holds: this.#ownSlot() !== null, claims: this.#claims, overtaken }
    return this.#env.addresses.length > 0 && mayClaim(holding, this.#env.clock.monotonic())
  }

  /** Addresses best first, as the node gives them. Null in a network whose slots we only read (rule DH8). */
  #ownRecord(slot: Slot): EncodedRecord | null {
    const { self, addresses, dialect } = this.#env
    return dialect.dht.encodeRecord?.(slot.publicKey, { holder: self, addresses }) ?? null
  }

  /** Null where the slot is empty, or what stands there cannot be read. */
  #recordOf(slot: Slot, item: DhtItem | null): DhtRecord | null {
    if (item === null) return null
    try {
      return this.#env.dialect.dht.decodeRecord(slot.publicKey, item.value)
    } catch (error) {
      if (errorShape(error).code !== 'MalformedMessage') throw error
      return null
    }
  }

  #end(poll: Poll, error: Error | null = null): void {
    for (const id of poll.asked.keys()) {
      this.#env.timers.clear(id)
      this.#env.out({ kind: 'callOff', id, error: error ?? new DhtFailed('the poll is over') })
    }
    this.#poll = null
    if (error === null) this.#problem = null
    else this.#fail(error)
    this.#env.changed()
    this.#wait()
  }

  #wait(): void {
    const { neighbors, random, timers, clock } = this.#env
    const at = clock.monotonic() + pollDelay(neighbors.size, random.number())
    // To hurry puts nothing off.
    timers.set('dhtPoll', Math.min(at, timers.at('dhtPoll') ?? Infinity))
  }

  /** Told once for each reason in a row (rule DH7). */
  #fail(error: Error): void {
    const { code, message } = errorShape(error)
    if (code === 'Cancelled') return
    this.#env.debug('a poll of the DHT failed', null, { reason: message })
    if (this.#problem === message) return
    this.#problem = message
    this.#env.emit({ kind: 'DhtFailed', reason: message })
  }

  #show(index: number, now: number): DhtSlot {
    const known = this.#known.get(index) ?? { item: null, record: null }
    const answered = known.record === null ? null : (this.#verdicts.get(known.record.holder) ?? null)
    return slotView(index, known, { self: this.#env.self, answered, now })
  }
}
