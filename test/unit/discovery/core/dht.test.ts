/** Polls of the DHT, step by step (rules DH3 to DH7). */
import { describe, expect, it } from 'vitest'
import { chainRoot, slotChain } from '../../../../src/main/discovery/dht/chain.ts'
import { decodeRecord, encodeRecord } from '../../../../src/main/discovery/dht/record.ts'
import type { DhtItem } from '../../../../src/main/discovery/ports.ts'
import { DhtFailed } from '../../../../src/shared/errors.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { networkIdFrom } from '../../../../src/shared/ids.ts'
import { Bench, NOW } from '../../../support/discovery/bench.ts'
import { idOf, signatures } from '../../../support/discovery/entries.ts'

const chain = slotChain(chainRoot(networkIdFrom('core'), 'peerscope'), (secret) => signatures.publicKey(secret))
const OURS = '/ip4/127.0.0.1/tcp/1'

function keyOf(index: number): Uint8Array {
  const slot = chain[index]
  if (slot === undefined) throw new Error('no such slot')
  return slot.publicKey
}

function item(index: number, holder: PeerId, address = '/ip4/10.1.1.1/tcp/1', at = NOW): DhtItem {
  const { value } = encodeRecord(keyOf(index), { holder, addresses: [address] })
  return { value, seq: BigInt(at) * 1000n }
}

const indexOf = (publicKey: Uint8Array): number =>
  chain.findIndex((slot) => Buffer.from(slot.publicKey).equals(Buffer.from(publicKey)))

/** A core whose first poll has begun. */
function polling(): Bench {
  const bench = Bench.online({ dht: true })
  bench.step({ kind: 'dhtStarted', id: bench.taken('dhtStart')[0]?.id ?? -1 })
  return bench
}

/** Answers all reads that were asked for; `slots` is what stands in them. @returns the slots that were read */
function answerReads(bench: Bench, slots: Readonly<Record<number, DhtItem>> = {}): number[] {
  // Other outputs stay to be looked at.
  const outputs = bench.take()
  bench.outputs.push(...outputs.filter(({ kind }) => kind !== 'dhtRead'))
  return outputs.flatMap((output) => {
    if (output.kind !== 'dhtRead') return []
    const index = indexOf(output.publicKey)
    bench.step({ kind: 'dhtRead', id: output.id, item: slots[index] ?? null })
    return [index]
  })
}

interface Write {
  readonly id: number
  readonly index: number
  readonly cas: bigint | null
  readonly item: DhtItem
}

function writes(bench: Bench): Write[] {
  return bench.taken('dhtWrite').map(({ id, secret, cas, item: written }) => ({
    id,
    index: indexOf(signatures.publicKey(secret)),
    cas,
    item: written,
  }))
}

function write(bench: Bench): Write {
  const [first, ...more] = writes(bench)
  if (first === undefined || more.length > 0) throw new Error(`${more.length} more writes`)
  return first
}

describe('a poll', () => {
  it('[DH3, BD8] reads all slots at once, and asks all their holders at once', () => {
    const bench = polling()
    expect(bench.outputs.filter(({ kind }) => kind === 'dhtRead')).toHaveLength(16)
    const held = Object.fromEntries(
      chain.map(({ index }) => [index, item(index, idOf(`holder ${index}`), `/ip4/10.1.1.${index}/tcp/1`)]),
    )
    expect(answerReads(bench, held)).toHaveLength(16)
    // Beside the eight dials that are made in turn.
    expect(bench.taken('dial').map(({ target }) => target.peerId)).toEqual(
      chain.map(({ index }) => idOf(`holder ${index}`)),
    )
  })

  it('[DH3, DH4] takes a holder for silent that does not answer within 5 s, and its slot is free', () => {
    const bench = polling()
    const held = Object.fromEntries(chain.map(({ index }) => [index, item(index, idOf('holder'))]))
    answerReads(bench, held)
    bench.pass(4999)
    expect(writes(bench)).toEqual([])
    bench.pass(1)
    expect(write(bench).cas).toBe(BigInt(NOW) * 1000n)
  })

  it('[BD9, DH3] keeps what is known of holders no longer than they hold slots', () => {
    const bench = polling()
    for (let poll = 0; poll < 4; poll += 1) {
      const held = Object.fromEntries(chain.map(({ index }) => [index, item(index, idOf(`holder ${poll} ${index}`))]))
      answerReads(bench, held)
      bench.pass(5000)
      for (const { id } of writes(bench)) bench.step({ kind: 'dhtFailed', id, error: new DhtFailed('busy') })
      bench.pass(7000)
      for (const { id } of bench.taken('dhtStart')) bench.step({ kind: 'dhtStarted', id })
    }
    // A check of the state follows each step; what is shown is of those of the last poll.
    expect(bench.core.parts.dht?.status().slots.map(({ holder }) => holder)).toEqual(
      chain.map(({ index }) => idOf(`holder 3 ${index}`)),
    )
  })

  it('[DH3] learns the holder that answers, by the DHT', () => {
    const bench = polling()
    answerReads(bench, { 0: item(0, idOf('holder')) })
    const [dial] = bench.taken('dial')
    bench.connect(idOf('holder'))
    bench.step({ kind: 'dialed', id: dial?.id ?? -1, peerId: idOf('holder') })
    const id = bench.lastStream('ping')
    bench.step({ kind: 'opened', id })
    bench.pong(id, bench.signed('holder'))
    expect(bench.events().find(({ kind }) => kind === 'PeerDiscovered')).toMatchObject({ source: 'dht' })
    expect(bench.core.parts.provenance.of(idOf('holder'))).toMatchObject({ path: 'dht', slot: 0 })
    expect(bench.core.parts.dht?.status().slots[0]?.state).toBe('healthy')
  })

  it('[DH6] comes at once, and then every 5 s and up to a third more without a neighbor', () => {
    const bench = polling()
    answerReads(bench)
    bench.step({ kind: 'dhtWritten', id: write(bench).id, taken: true })
    bench.pass(4999)
    expect(bench.taken('dhtStart')).toEqual([])
    bench.pass(1700)
    expect(bench.taken('dhtStart')).toHaveLength(1)
  })

  it('[DH6] is brought forward when the last neighbor goes', () => {
    const bench = polling()
    bench.step({ kind: 'neighborUp', peerId: idOf('near') })
    answerReads(bench)
    bench.step({ kind: 'dhtWritten', id: write(bench).id, taken: true })
    bench.pass(20_000)
    expect(bench.taken('dhtStart')).toEqual([])
    bench.step({ kind: 'neighborDown', peerId: idOf('near') })
    bench.pass(6700)
    expect(bench.taken('dhtStart')).toHaveLength(1)
  })
})

describe('our slot', () => {
  it('[DH4] is read again where another was faster; then another one is taken, three at most', () => {
    const bench = polling()
    answerReads(bench)
    for (let race = 0; race < 3; race += 1) {
      const { id, index } = write(bench)
      bench.step({ kind: 'dhtWritten', id, taken: false })
      expect(answerReads(bench, { [index]: item(index, idOf(`winner ${race}`)) })).toEqual([index])
      // Who won is one more peer.
      expect(bench.taken('dial').map(({ target }) => target.peerId)).toEqual([idOf(`winner ${race}`)])
      bench.pass(5000)
    }
    // A silent winner's slot is free again.
    expect(writes(bench)).toEqual([])
    expect(bench.events().filter(({ kind }) => kind === 'DhtSlotClaimed')).toEqual([])
  })

  it('[DH4, EV2] is told once it is ours, and no other is taken within the TTL', () => {
    const bench = polling()
    answerReads(bench)
    const { id, index, item: written } = write(bench)
    bench.step({ kind: 'dhtWritten', id, taken: true })
    expect(bench.events().filter(({ kind }) => kind === 'DhtSlotClaimed')).toEqual([
      { kind: 'DhtSlotClaimed', slot: index },
    ])
    expect(decodeRecord(keyOf(index), written.value)).toMatchObject({ holder: idOf('me'), addresses: [OURS] })
    // It is not visible yet: others see the slot as empty.
    for (let poll = 0; poll < 20; poll += 1) {
      bench.pass(7000)
      for (const start of bench.taken('dhtStart')) bench.step({ kind: 'dhtStarted', id: start.id })
      answerReads(bench)
      expect(writes(bench)).toEqual([])
    }
  })

  it('[DH5] is written again when half its TTL is over or our addresses changed: that slot and no other', () => {
    const bench = polling()
    answerReads(bench)
    const first = write(bench)
    bench.step({ kind: 'dhtWritten', id: first.id, taken: true })
    // Others name us too, from earlier runs.
    const before = [0, 15].filter((index) => index !== first.index)
    const slots: Record<number, DhtItem> = { [first.index]: first.item }
    for (const index of before) slots[index] = item(index, idOf('me'), OURS)
    const poll = (): Write[] => {
      bench.pass(7000)
      for (const start of bench.taken('dhtStart')) bench.step({ kind: 'dhtStarted', id: start.id })
      answerReads(bench, slots)
      return writes(bench)
    }
    while (bench.ms < 290_000) expect(poll()).toEqual([])
    bench.pass(10_000)
    const due: Write[] = []
    for (let turn = 0; turn < 3 && due.length === 0; turn += 1) due.push(...poll())
    expect(due.map(({ index, cas }) => [index, cas])).toEqual([[first.index, first.item.seq]])
    bench.step({ kind: 'dhtWritten', id: due[0]?.id ?? -1, taken: true })
    slots[first.index] = due[0]?.item ?? first.item
    expect(poll()).toEqual([])
    bench.step({ kind: 'addresses', addresses: ['/ip4/10.9.9.9/tcp/1'] })
    expect(poll().map(({ index }) => index)).toEqual([first.index])
  })

  it('[DH5] of an earlier run is refreshed, and no other taken', () => {
    const bench = polling()
    answerReads(bench, { 7: item(7, idOf('me'), '/ip4/10.0.0.1/tcp/1') })
    expect(write(bench).index).toBe(7)
  })
})

describe('a DHT that fails', () => {
  it('[DH7] is told once for each reason in a row, and polled again', () => {
    const bench = Bench.online({ dht: true })
    const fail = (reason: string): void => {
      for (const { id } of bench.taken('dhtStart')) bench.step({ kind: 'dhtFailed', id, error: new DhtFailed(reason) })
    }
    const told: string[] = []
    for (const reason of ['none answers', 'none answers', 'it is full', 'none answers']) {
      fail(reason)
      told.push(...bench.events().flatMap((event) => (event.kind === 'DhtFailed' ? [event.reason] : [])))
      bench.pass(7000)
    }
    expect(told).toEqual(['none answers', 'it is full', 'none answers'])
    expect(bench.taken('dhtStart')).toHaveLength(1)
  })

  it('[DH7] in some slots leaves those out, and in all is told', () => {
    const bench = polling()
    const [first, ...others] = bench.taken('dhtRead')
    bench.step({ kind: 'dhtFailed', id: first?.id ?? -1, error: new DhtFailed('lost') })
    for (const { id } of others) bench.step({ kind: 'dhtRead', id, item: null })
    expect(writes(bench)).toHaveLength(1)
    expect(bench.core.parts.dht?.status().state).toBe('ready')
    const none = polling()
    for (const { id } of none.taken('dhtRead')) none.step({ kind: 'dhtFailed', id, error: new DhtFailed('lost') })
    expect(none.events()).toContainEqual({ kind: 'DhtFailed', reason: 'lost' })
    expect(none.core.parts.dht?.status().state).toBe('failing')
  })

  it('[DH7] by not answering at all is given up after a minute', () => {
    const bench = Bench.online({ dht: true })
    bench.take()
    bench.pass(59_999)
    expect(bench.taken('callOff')).toEqual([])
    bench.pass(1)
    expect(bench.taken('callOff')).toHaveLength(1)
    bench.pass(7000)
    expect(bench.taken('dhtStart')).toHaveLength(1)
  })
})
