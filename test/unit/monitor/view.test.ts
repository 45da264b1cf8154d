import { describe, expect, it } from 'vitest'
import { alertRuleSchema } from '../../../src/shared/alerts.ts'
import type { Batch, ViewMessage } from '../../../src/shared/contract.ts'
import type { LoggedEvent } from '../../../src/shared/events.ts'
import type { Edge, PeerRow } from '../../../src/shared/peer.ts'
import { View } from '../../../src/main/monitor/view.ts'
import { Scheduler } from '../../sim/scheduler.ts'
import { peerRow } from '../../support/renderer/fake-network.ts'

const STORE = { state: 'ok', reason: '', path: null } as const
const event = (seq: number): LoggedEvent => ({ seq, at: seq, event: { kind: 'DhtFailed', reason: `${seq}` } })
const edge = (at: number): Edge => ({
  a: peerRow(1).peerId,
  b: peerRow(2).peerId,
  kind: 'neighbor',
  saidBy: peerRow(1).peerId,
  at,
})

/** A view on virtual time, with subscribers whose messages are gathered. */
function rig() {
  const scheduler = new Scheduler()
  const clock = {
    now: () => scheduler.now,
    monotonic: () => scheduler.now,
    schedule: (delayMs: number, fn: () => void) => scheduler.schedule(delayMs, fn),
  }
  const view = new View(clock, STORE)
  const subscribe = (hold: () => Promise<void> = () => Promise.resolve()) => {
    const controller = new AbortController()
    const messages: ViewMessage[] = []
    const done = (async () => {
      for await (const message of view.subscribe(controller.signal)) {
        messages.push(message)
        await hold()
      }
    })()
    return { messages, done, stop: () => controller.abort() }
  }
  return { view, subscribe, run: (ms: number) => scheduler.run(ms) }
}

/** What a user interface would show after these messages. */
function shown(messages: readonly ViewMessage[]): Map<string, PeerRow> {
  const rows = new Map<string, PeerRow>()
  for (const message of messages) {
    if (message.type === 'snapshot') rows.clear()
    for (const row of message.peers ?? []) rows.set(row.peerId, row)
    if (message.type === 'batch') for (const peerId of message.removed ?? []) rows.delete(peerId)
  }
  return rows
}

const batches = (messages: readonly ViewMessage[]): Batch[] =>
  messages.flatMap((message) => (message.type === 'batch' ? message : []))

describe('a view', () => {
  it('gives a snapshot, then batches whose numbers have no gap', async () => {
    const { view, subscribe, run } = rig()
    view.putRow(peerRow(1))
    view.addEvent(event(1))
    const one = subscribe()
    await run(0)
    expect(one.messages).toMatchObject([{ type: 'snapshot', seq: 1, peers: [peerRow(1)], events: [event(1)] }])
    for (let index = 2; index < 8; index += 1) {
      view.putRow(peerRow(index))
      await run(150)
    }
    expect(one.messages.map((message) => message.seq)).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(shown(one.messages).size).toBe(7)
    one.stop()
    await one.done
    expect(view.subscribers).toBe(0)
  })

  it('gathers changes: at most ten batches a second, each row once with its last state', async () => {
    const { view, subscribe, run } = rig()
    const one = subscribe()
    for (let ms = 0; ms < 1000; ms += 10) {
      view.putRow(peerRow(1, { lastSeen: ms }))
      view.addEvent(event(ms))
      await run(10)
    }
    await run(200)
    expect(batches(one.messages).length).toBeLessThanOrEqual(11)
    for (const batch of batches(one.messages)) expect(batch.peers?.length ?? 0).toBeLessThanOrEqual(1)
    expect(shown(one.messages).get(peerRow(1).peerId)?.lastSeen).toBe(990)
    const events = one.messages.flatMap((message) => message.events ?? [])
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, index) => index * 10))
    one.stop()
    await one.done
  })

  it('gives a slow subscriber fewer and larger batches, and does not hold up others', async () => {
    const { view, subscribe, run } = rig()
    const gate = Promise.withResolvers<void>()
    const [slow, quick] = [subscribe(() => gate.promise), subscribe()]
    await run(0)
    for (let index = 0; index < 50; index += 1) {
      view.putRow(peerRow(index))
      await run(100)
    }
    expect(slow.messages).toHaveLength(1)
    gate.resolve()
    await run(1000)
    expect(slow.messages.length).toBeLessThan(quick.messages.length)
    expect(shown(slow.messages)).toEqual(shown(quick.messages))
    slow.stop()
    quick.stop()
    await Promise.all([slow.done, quick.done])
  })

  it('gives one that fell far behind a new snapshot instead', async () => {
    const { view, subscribe, run } = rig()
    const gate = Promise.withResolvers<void>()
    const slow = subscribe(() => gate.promise)
    await run(0)
    for (let index = 1; index <= 3000; index += 1) view.addEvent(event(index))
    view.putRow(peerRow(1))
    gate.resolve()
    await run(500)
    expect(slow.messages.map(({ type, seq }) => `${type} ${seq}`)).toEqual(['snapshot 1', 'snapshot 2'])
    const last = slow.messages.at(-1)
    expect(last?.events?.[0]).toEqual(event(3000))
    slow.stop()
    await slow.done
  })

  it('tells of a large network in parts, without a pause between them, and of edges after the rows', async () => {
    const { view, subscribe, run } = rig()
    view.addRows(Array.from({ length: 2500 }, (_, index) => peerRow(index)))
    for (let at = 0; at < 5000; at += 1) view.putEdge({ ...edge(at), saidBy: peerRow(at).peerId })
    const one = subscribe()
    await run(50)
    expect(one.messages.map(({ seq }) => seq)).toEqual([1, 2, 3, 4])
    expect(one.messages.map(({ peers }) => peers?.length ?? 0)).toEqual([1000, 1000, 500, 0])
    const edges = one.messages.map((message) => (message.type === 'snapshot' ? message.edges : message.edgesAdded))
    expect(edges.map((some) => some?.length ?? 0)).toEqual([0, 0, 4000, 1000])
    expect(shown(one.messages).size).toBe(2500)
    // What is told already is not told again.
    view.putRow(peerRow(7, { lastSeen: 99 }))
    await run(150)
    expect(batches(one.messages).at(-1)?.peers).toEqual([peerRow(7, { lastSeen: 99 })])
    one.stop()
    await one.done
  })

  it('counts the links that come and go, so that nobody has to compare them all', () => {
    const { view } = rig()
    view.putEdge(edge(1))
    view.putEdge(edge(2))
    view.putEdge({ ...edge(1), kind: 'holds' })
    expect(view.links).toBe(1)
    view.removeEdge(edge(2))
    view.removeEdge(edge(2))
    view.removeEdge({ ...edge(1), kind: 'holds' })
    expect(view.links).toBe(2)
  })

  it('counts who is here and who was lost, whatever becomes of a row', () => {
    const { view } = rig()
    const put = (n: number, state: PeerRow['state'], self = false): void => view.putRow({ ...peerRow(n), state, self })
    put(0, 'online', true)
    for (const n of [1, 2, 3, 4]) put(n, 'online')
    put(1, 'online')
    put(2, 'lost')
    put(3, 'purged')
    expect([view.here, view.lost]).toEqual([2, 1])
    view.removeRow(peerRow(2).peerId)
    view.removeRow(peerRow(4).peerId)
    expect([view.here, view.lost]).toEqual([1, 0])
    view.reset([{ ...peerRow(5), state: 'online', self: false }], [])
    expect([view.here, view.lost]).toEqual([1, 0])
  })

  it('leaves out of the parts what went before its turn came', async () => {
    const { view, subscribe, run } = rig()
    view.addRows(Array.from({ length: 1500 }, (_, index) => peerRow(index)))
    const held = Promise.withResolvers<void>()
    const one = subscribe(() => held.promise)
    await run(0)
    expect(one.messages).toHaveLength(1)
    view.removeRow(peerRow(1499).peerId)
    held.resolve()
    await run(150)
    expect(shown(one.messages).size).toBe(1499)
    expect(shown(one.messages).has(peerRow(1499).peerId)).toBe(false)
    one.stop()
    await one.done
  })

  it('starts all anew for another network', async () => {
    const { view, subscribe, run } = rig()
    view.putRow(peerRow(1))
    view.putEdge(edge(1))
    const one = subscribe()
    await run(200)
    view.reset([peerRow(2, { state: 'stored' })], [event(7), event(6)])
    await run(200)
    expect(one.messages.at(-1)).toMatchObject({ type: 'snapshot', edges: [], events: [event(7), event(6)] })
    expect([...shown(one.messages).values()]).toEqual([peerRow(2, { state: 'stored' })])
    one.stop()
    await one.done
  })

  it('tells what came and went within one batch as it is in the end', async () => {
    const { view, subscribe, run } = rig()
    const one = subscribe()
    await run(200)
    view.putRow(peerRow(1))
    view.removeRow(peerRow(1).peerId)
    view.removeRow(peerRow(2).peerId)
    view.putEdge(edge(1))
    view.putEdge(edge(2))
    view.putRow(peerRow(3))
    view.removeRow(peerRow(3).peerId)
    view.putRow(peerRow(3, { state: 'departed' }))
    await run(200)
    const [batch] = batches(one.messages)
    expect(batch?.removed).toEqual([peerRow(1).peerId])
    expect(batch?.peers).toEqual([peerRow(3, { state: 'departed' })])
    expect(batch?.edgesAdded).toEqual([edge(2)])
    view.removeEdge(edge(9))
    await run(200)
    expect(batches(one.messages).at(-1)?.edgesRemoved).toHaveLength(1)
    one.stop()
    await one.done
  })

  it('keeps bounded bytes of rows of peers that are gone: whom a full catalog displaced goes first', async () => {
    const { view, subscribe, run } = rig()
    const tags = Array.from({ length: 64 }, (_, index) => `${index} ${'x'.repeat(60)}`)
    const addresses = Array.from({ length: 32 }, (_, index) => `/dns4/${index}${'x'.repeat(230)}/tcp/1`)
    const large = (at: number): PeerRow => ({ ...peerRow(at), tags, addresses })
    const { messages, stop, done } = subscribe()
    view.addRows(Array.from({ length: 400 }, (_, at) => ({ ...large(at), state: 'stored' as const, lastSeen: at })))
    for (let at = 400; at < 2400; at++) {
      view.putRow(large(at))
      view.putRow({ ...large(at), state: 'displaced', lastSeen: at })
    }
    const rows = [...view.rows()]
    const bytes = rows.reduce((sum, row) => sum + JSON.stringify(row).length, 0)
    expect(bytes).toBeLessThan(16 * 1024 * 1024)
    expect(rows.filter(({ state }) => state === 'stored')).toHaveLength(400)
    expect(rows.at(-1)?.lastSeen).toBe(2399)
    // A subscriber gets them in messages of a bounded size, and all of them.
    await run(1000)
    for (const message of messages) expect(JSON.stringify(message.peers ?? []).length).toBeLessThan(3 * 1024 * 1024)
    expect(shown(messages).size).toBe(rows.length)
    // What is stored is bounded alike where nothing else is there.
    view.addRows(Array.from({ length: 2000 }, (_, at) => ({ ...large(3000 + at), state: 'stored' as const })))
    expect([...view.rows()].length).toBeLessThan(2000)
    stop()
    await done
  })

  it('tells all that follow it the rules, each time they change', async () => {
    const { view, subscribe, run } = rig()
    const rule = alertRuleSchema.parse({ id: 'r', name: 'a', kind: 'network-lost', forMs: 0, cooldownMs: 0 })
    const [one, other] = [subscribe(), subscribe()]
    await run(1000)
    view.setRules([rule])
    await run(1000)
    for (const { messages } of [one, other]) expect(messages.map(({ rules }) => rules)).toEqual([[], [rule]])
    const late = subscribe()
    await run(1000)
    expect(late.messages.map(({ rules }) => rules)).toEqual([[rule]])
    for (const { stop, done } of [one, other, late]) {
      stop()
      await done
    }
  })

  it('keeps a bounded number of rows of peers that are gone, those gone for the longest time least', () => {
    const { view } = rig()
    for (let index = 0; index < 6200; index += 1)
      view.putRow(peerRow(index, { state: index < 100 ? 'online' : 'purged', lastSeen: index }))
    const rows = [...view.rows()]
    expect(rows.length).toBeLessThanOrEqual(5100)
    expect(rows.filter((row) => row.state === 'online')).toHaveLength(100)
    expect(view.row(peerRow(6199).peerId)).toBeDefined()
    expect(view.row(peerRow(150).peerId)).toBeUndefined()
  })
})
