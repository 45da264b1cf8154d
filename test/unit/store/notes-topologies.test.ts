import { describe, expect, it } from 'vitest'
import type { Edge } from '../../../src/shared/peer.ts'
import { openStoreReadOnly } from '../../../src/main/store/read-only.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { DataFolder, NETWORK, OTHER, peerOf, START } from './data-folder.ts'

const X = idOf('x')
const Y = idOf('y')

describe('notes', () => {
  it('are kept for each peer of each network, written at once, replaced and removed', () => {
    using data = new DataFolder()
    const store = data.open()
    const ann = { name: 'Ann', note: 'line one\nünïcode "two"' }
    expect(store.note(NETWORK, X)).toBeNull()
    store.setNote(NETWORK, X, ann)
    expect(data.value('SELECT count(*) FROM notes')).toBe(1)
    store.setNote(NETWORK, Y, { name: '', note: 'b' })
    store.setNote(OTHER, X, { name: 'other', note: '' })
    expect(store.note(NETWORK, X)).toEqual(ann)
    store.setNote(NETWORK, Y, { name: 'c', note: 'd' })
    store.close()
    const after = data.open()
    expect(after.notes(NETWORK)).toEqual(
      new Map([
        [X, ann],
        [Y, { name: 'c', note: 'd' }],
      ]),
    )
    expect(after.notes(OTHER)).toEqual(new Map([[X, { name: 'other', note: '' }]]))
    after.setNote(NETWORK, X, null)
    after.setNote(NETWORK, idOf('never'), null)
    expect(after.note(NETWORK, X)).toBeNull()
    expect([...after.notes(NETWORK).keys()]).toEqual([Y])
    const reader = data.keep(openStoreReadOnly(data.path))
    expect([reader.note(NETWORK, Y), reader.note(NETWORK, X)]).toEqual([{ name: 'c', note: 'd' }, null])
    expect([...reader.notes(NETWORK).keys()]).toEqual([Y])
  })

  it('go with their network', async () => {
    using data = new DataFolder()
    const store = data.open()
    store.setNote(NETWORK, X, { name: 'a', note: 'b' })
    store.putTopology(NETWORK, { at: START, edges: [] })
    store.forgetNetwork(NETWORK)
    expect([store.note(NETWORK, X), store.notes(NETWORK), store.topologies(NETWORK)]).toEqual([null, new Map(), []])
    await data.scheduler.run(2000)
    expect(data.value('SELECT (SELECT count(*) FROM notes) + (SELECT count(*) FROM topologies)')).toBe(0)
  })

  it('survive a database that is damaged', () => {
    using data = new DataFolder()
    const before = data.open()
    before.setNote(NETWORK, X, { name: 'Ann', note: 'b' })
    for (let n = 0; n < 300; n++) before.putPeer(NETWORK, peerOf(`p${n}`))
    before.close()
    const raw = data.raw({ write: true })
    raw.unsafeMode()
    raw.pragma('writable_schema = ON')
    // Two tables on one page are as damaged as can be, and the notes are not among them.
    raw.exec(
      "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'events') WHERE name = 'peers'",
    )
    raw.close()
    const after = data.open()
    expect(after.status().notice).toMatch(/damaged/)
    expect(after.note(NETWORK, X)).toEqual({ name: 'Ann', note: 'b' })
  })
})

describe('snapshots of the topology', () => {
  it('are listed with the number of their edges and read back exactly', () => {
    using data = new DataFolder()
    const store = data.open()
    const edges: Edge[] = []
    for (let n = 0; n < 300; n++) {
      const kind = (['connection', 'neighbor', 'holds'] as const)[n % 3] ?? 'holds'
      edges.push({ a: idOf(`p${n % 20}`), b: idOf(`p${(n * 7) % 31}`), kind, saidBy: idOf(`p${n % 5}`), at: START - n })
    }
    store.putTopology(NETWORK, { at: START, edges })
    store.putTopology(NETWORK, { at: START + 1000.4, edges: [] })
    store.putTopology(OTHER, { at: START, edges: edges.slice(0, 1) })
    store.close()
    const after = data.open()
    expect(after.topologies(NETWORK)).toEqual([
      { id: 1, at: START, edgeCount: 300 },
      { id: 2, at: START + 1000, edgeCount: 0 },
    ])
    expect(after.topology(NETWORK, 1)).toEqual({ at: START, edges })
    expect(after.topology(NETWORK, 2)).toEqual({ at: START + 1000, edges: [] })
    expect(after.topology(NETWORK, 3)).toBeNull()
    expect(after.topology(OTHER, 3)?.edges).toEqual(edges.slice(0, 1))
    after.putTopology(OTHER, { at: START, edges: [] })
    const reader = data.keep(openStoreReadOnly(data.path))
    expect(reader.topology(NETWORK, 1)?.edges).toEqual(edges)
    expect(after.topologies(OTHER).map(({ id }) => id)).toEqual([3, 4])
    // Ids and repetitions cost little.
    expect(Number(data.value('SELECT length(edges) FROM topologies WHERE id = 1'))).toBeLessThan(300 * 12)
  })

  it('of thousands of edges are stored in steps, few at once', () => {
    using data = new DataFolder()
    const store = data.open()
    const edges = Array.from({ length: 7000 }, (_, n): Edge => {
      return { a: idOf(`p${n % 4500}`), b: idOf('b'), kind: 'connection', saidBy: idOf(`p${n % 4500}`), at: START - n }
    })
    expect(store.putTopologySteps(NETWORK, { at: START, edges: edges.slice(0, 1500) }).next().done).toBe(true)
    const steps = store.putTopologySteps(NETWORK, { at: START + 1, edges })
    let count = 0
    while (steps.next().done !== true) {
      count += 1
      expect(store.topologies(NETWORK)).toHaveLength(1)
    }
    // Three parts of 3000 edges, then three of 2000 ids, the last of which is stored at once.
    expect(count).toBe(5)
    store.close()
    const [first, second] = data.open().topologies(NETWORK)
    expect([first?.edgeCount, second?.edgeCount]).toEqual([1500, 7000])
    const reader = data.keep(openStoreReadOnly(data.path))
    expect(reader.topology(NETWORK, first?.id ?? 0)?.edges).toEqual(edges.slice(0, 1500))
    expect(reader.topology(NETWORK, second?.id ?? 0)).toEqual({ at: START + 1, edges })
  })

  it('of thousands of edges are read in steps', () => {
    using data = new DataFolder()
    const store = data.open()
    const edges = Array.from({ length: 7000 }, (_, n): Edge => {
      return { a: idOf('a'), b: idOf('b'), kind: 'connection', saidBy: idOf('a'), at: START - n }
    })
    const id = store.putTopology(NETWORK, { at: START, edges })
    store.flush()
    const steps = store.topologySteps(NETWORK, id)
    let count = 0
    let step = steps.next()
    for (; step.done !== true; step = steps.next()) count += 1
    // Unpacking, then 3000 edges at a time.
    expect(count).toBe(4)
    expect(step.value).toEqual({ at: START, edges })
  })
})
