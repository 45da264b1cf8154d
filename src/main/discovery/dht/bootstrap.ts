/** Rules DH3 to DH8: looks for peers in the DHT, and lets itself be found there. */
import type { DhtSlot, DhtStatus } from '../../../shared/dht.ts'
import { errorShape } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Context } from '../context.ts'
import { withDeadline } from '../base/deadline.ts'
import type { Dht, DhtItem } from '../ports.ts'
import type { Slot } from './chain.ts'
import { chainRoot, SLOTS, slotChain } from './chain.ts'
import type { SlotReading } from './read.ts'
import { readChain, readSlot, slotView } from './read.ts'
import type { DhtRecord } from './record.ts'
import { decodeRecord, encodeRecord } from './record.ts'
import type { SlotFinding } from './rules.ts'
import { ageOf, ANSWER_MS, mayClaim, needsRefresh, nextSeq, pickSlot, pollDelay, shouldAsk, TTL_MS } from './rules.ts'

/** Races for a slot that one poll may lose. */
const RACES = 3

/** What one slot is known to hold. */
interface Known {
  readonly item: DhtItem | null
  readonly record: DhtRecord | null
}

/** Who is said to hold a slot. */
export interface Holder {
  readonly peerId: PeerId
  readonly addresses: readonly string[]
  readonly slot: number
}

/** Asks a peer at these addresses; resolves when it answered. What is learned of it goes through the usual rules. */
export type AskPeer = (holder: Holder, signal: AbortSignal) => Promise<void>

/** Polls the slots of a network's chain until the network is left. */
export class DhtBootstrap {
  readonly #context: Context
  readonly #dht: Dht
  readonly #ask: AskPeer
  readonly #chain: readonly Slot[]
  readonly #known = new Map<number, Known>()
  /** What came of asking each holder last. */
  readonly #verdicts = new Map<PeerId, boolean>()
  /** When slots were taken, and the one that was taken last. */
  #claims: readonly number[] = []
  #claimed: number | null = null
  #readAt: number | null = null
  #problem: string | null = null
  #cancelWait: (() => void) | null = null

  constructor(context: Context, dht: Dht, ask: AskPeer) {
    this.#context = context
    this.#dht = dht
    this.#ask = ask
    const root = chainRoot(context.networkId, 'peerscope')
    this.#chain = slotChain(root, (secret) => context.ports.signatures.publicKey(secret))
  }

  /** Begins, at once. Never rejects, and is called once. */
  start(): void {
    void this.#poll()
  }

  /** The last neighbor went: polls sooner than was planned (rule DH6). */
  hurry(): void {
    if (this.#cancelWait !== null) this.#wait()
  }

  /** Rule DH8. */
  status(): DhtStatus {
    const now = this.#context.ports.clock.now()
    const state = this.#problem !== null ? 'failing' : this.#readAt === null ? 'starting' : 'ready'
    const slots = this.#readAt === null ? [] : this.#chain.map(({ index }) => this.#show(index, now))
    return { state, reason: this.#problem, readAt: this.#readAt, slots }
  }

  async #poll(): Promise<void> {
    this.#cancelWait = null
    try {
      await this.#dht.start(this.#context.ended)
      await this.#round()
      this.#problem = null
    } catch (error) {
      this.#fail(error)
    }
    this.#context.changed()
    this.#wait()
  }

  #wait(): void {
    const { gossip, random } = this.#context.ports
    this.#cancelWait?.()
    if (this.#context.ended.aborted) return
    const delay = pollDelay(gossip.neighbors().length, random.number())
    this.#cancelWait = this.#context.later(delay, () => void this.#poll())
  }

  /** Told once for each reason in a row (rule DH7). */
  #fail(error: unknown): void {
    const { code, message } = errorShape(error)
    if (code === 'Cancelled' || this.#context.ended.aborted) return
    if (this.#problem === message) return
    this.#problem = message
    this.#context.queue.submit(() => this.#context.emit({ kind: 'DhtFailed', reason: message }))
  }

  async #round(): Promise<void> {
    const { clock } = this.#context.ports
    const readings = await readChain(this.#dht, this.#chain, decodeRecord, this.#context.ended)
    for (const { slot, item, record } of readings) this.#known.set(slot.index, { item, record })
    // The rest is read the next time.
    if (readings.length < SLOTS) this.#context.counters.refuse('DhtSlotUnread')
    this.#readAt = clock.now()
    this.#context.changed()
    const findings = await this.#askHolders(readings)
    this.#forgetHolders()
    const own = this.#ownSlot()
    if (own !== null) await this.#refresh(own)
    else await this.#claim(findings)
  }

  /** Rule DH3. */
  async #askHolders(readings: readonly SlotReading<DhtRecord>[]): Promise<readonly SlotFinding[]> {
    const { catalog, ports, self } = this.#context
    const asked = new Map<PeerId, Promise<boolean>>()
    const finding = async ({ slot, item, record }: SlotReading<DhtRecord>): Promise<SlotFinding> => {
      const holder = record?.holder ?? null
      if (record === null || holder === null || holder === self)
        return { index: slot.index, item, holder, answered: null }
      const about = {
        known: catalog.size,
        neighbors: ports.gossip.neighbors().length,
        verdict: this.#verdicts.get(holder) ?? null,
      }
      if (!asked.has(holder) && !shouldAsk(about, ports.random.number()))
        return { index: slot.index, item, holder, answered: null }
      const answer = asked.get(holder) ?? this.#answers(record, slot.index)
      asked.set(holder, answer)
      return { index: slot.index, item, holder, answered: await answer }
    }
    return await Promise.all(readings.map(finding))
  }

  /** Whether the holder answers in time. */
  async #answers({ holder, addresses }: DhtRecord, slot: number): Promise<boolean> {
    const { ended, ports } = this.#context
    const answered = await withDeadline(ports.clock, ANSWER_MS, ended, `asking ${holder}`, (signal) =>
      this.#ask({ peerId: holder, addresses, slot }, signal),
    ).then(
      () => true,
      () => false,
    )
    if (!ended.aborted) this.#verdicts.set(holder, answered)
    return answered
  }

  /** Verdicts are kept of those that hold slots. */
  #forgetHolders(): void {
    const holders = new Set([...this.#known.values()].map(({ record }) => record?.holder))
    for (const peerId of this.#verdicts.keys()) if (!holders.has(peerId)) this.#verdicts.delete(peerId)
  }

  /** The slot that names us; of several, the one that was taken last. */
  #ownSlot(): number | null {
    const own = this.#chain.filter(({ index }) => this.#known.get(index)?.record?.holder === this.#context.self)
    return own.find(({ index }) => index === this.#claimed)?.index ?? own[0]?.index ?? null
  }

  /** Rule DH5. */
  async #refresh(index: number): Promise<void> {
    const slot = this.#chain[index]
    const { item, record } = this.#known.get(index) ?? { item: null, record: null }
    if (slot === undefined || item === null || record === null) return
    const now = this.#context.ports.clock.now()
    const { value, addresses } = this.#ownRecord(slot)
    const seq = nextSeq(now, item.seq)
    if (seq === null || !needsRefresh(record.addresses, addresses, ageOf(item, now))) return
    if (await this.#dht.put(slot.secret, { value, seq }, item.seq, this.#context.ended)) {
      this.#claimed = index
      this.#known.set(index, { item: { value, seq }, record: { holder: this.#context.self, addresses } })
    } else await this.#lookAgain(slot)
  }

  /** Rule DH4. */
  async #claim(found: readonly SlotFinding[]): Promise<void> {
    const { clock, random } = this.#context.ports
    let findings = found
    for (let lost = 0; lost < RACES && this.#mayClaim(); lost += 1) {
      const chosen = pickSlot(findings, clock.now(), random.number())
      const slot = this.#chain[chosen?.index ?? -1]
      if (chosen === null || slot === undefined) return
      if (await this.#take(slot, chosen.item)) return
      const again = await this.#askHolders([await this.#lookAgain(slot)])
      findings = [...findings.filter(({ index }) => index !== slot.index), ...again]
    }
  }

  #mayClaim(): boolean {
    const { clock, node } = this.#context.ports
    const claimed = this.#known.get(this.#claimed ?? -1)?.record
    const overtaken = claimed !== undefined && claimed !== null && claimed.holder !== this.#context.self
    const holding = { holds: this.#ownSlot() !== null, claims: this.#claims, overtaken }
    return node.addresses().length > 0 && mayClaim(holding, clock.monotonic())
  }

  /** Writes our record over what was found. False when another was faster. */
  async #take(slot: Slot, before: DhtItem | null): Promise<boolean> {
    const { clock } = this.#context.ports
    const { value, addresses } = this.#ownRecord(slot)
    const seq = nextSeq(clock.now(), before?.seq ?? null)
    if (seq === null || addresses.length === 0) return false
    if (!(await this.#dht.put(slot.secret, { value, seq }, before?.seq ?? null, this.#context.ended))) return false
    const at = clock.monotonic()
    this.#claims = [...this.#claims.filter((one) => at - one < TTL_MS), at]
    this.#claimed = slot.index
    this.#known.set(slot.index, { item: { value, seq }, record: { holder: this.#context.self, addresses } })
    this.#context.queue.submit(() => this.#context.emit({ kind: 'DhtSlotClaimed', slot: slot.index }))
    this.#context.changed()
    return true
  }

  /** A race was lost: who won it is one more peer. */
  async #lookAgain(slot: Slot): Promise<SlotReading<DhtRecord>> {
    const reading = await readSlot(this.#dht, slot, decodeRecord, this.#context.ended)
    this.#known.set(slot.index, { item: reading.item, record: reading.record })
    return reading
  }

  /** Addresses best first, as the node gives them. */
  #ownRecord(slot: Slot): ReturnType<typeof encodeRecord> {
    return encodeRecord(slot.publicKey, { holder: this.#context.self, addresses: this.#context.ports.node.addresses() })
  }

  #show(index: number, now: number): DhtSlot {
    const known = this.#known.get(index) ?? { item: null, record: null }
    const answered = known.record === null ? null : (this.#verdicts.get(known.record.holder) ?? null)
    return slotView(index, known, { self: this.#context.self, answered, now })
  }
}
