import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { breakdown } from '../../../../src/main/monitor/insight/breakdown.ts'
import { breakdownOf } from '../../../../src/main/monitor/insight/calls.ts'
import { Journal } from '../../../../src/main/monitor/journal/journal.ts'
import { LinesThen } from '../../../../src/main/monitor/journal/lines-of-loss.ts'
import { StoredNetworks } from '../../../../src/main/monitor/stored.ts'
import { View } from '../../../../src/main/monitor/view.ts'
import { resultOf } from '../../../../src/main/store/guard-reads.ts'
import { PEER_FIELDS } from '../../../../src/shared/filter-peers.ts'
import { parseFilter } from '../../../../src/shared/filter.ts'
import type { BreakdownBy } from '../../../../src/shared/health.ts'
import { uniqueIdFrom } from '../../../../src/shared/ids.ts'
import { NO_NAMES } from '../../../../src/shared/names.ts'
import type { PeerRow } from '../../../../src/shared/peer.ts'
import { splitTag } from '../../../../src/shared/tags.ts'
import { fakeStatus, peerRow } from '../../../support/renderer/fake-network.ts'
import { DataFolder, NETWORK, NETWORK_ID, START } from '../../store/data-folder.ts'

const rows = (...tags: readonly (readonly string[])[]): PeerRow[] =>
  tags.map((own, index) => ({ ...peerRow(index + 1), tags: own, protocolVersion: index === 0 ? '0.9.0' : '1.0.0' }))
const of = (by: BreakdownBy, peers: readonly PeerRow[], names = NO_NAMES) => resultOf(breakdown(by, peers, names))

describe('a breakdown', () => {
  const peers = rows(
    ['role:seed', 'version=1.2'],
    ['role=seed'],
    ['role:relay', 'role:seed'],
    ['role'],
    [],
    ['role:a "b"'],
  )

  it('counts peers by the values of a tag key, however it is written, and those without', () => {
    const { slices, without, keys, peers: count } = of('tag:role', peers)
    expect(count).toBe(6)
    expect(slices.map(({ value, count: number }) => [value, number])).toEqual([
      ['seed', 3],
      ['a "b"', 1],
      ['relay', 1],
      ['yes', 1],
    ])
    expect(without?.count).toBe(1)
    expect(keys).toEqual([
      { key: 'role', peers: 5 },
      { key: 'version', peers: 1 },
    ])
  })

  it('has a filter for each value that takes these peers, and no others', () => {
    const { slices, without } = of('tag:role', peers)
    for (const { filter, count } of [...slices, ...(without === null ? [] : [without])]) {
      const passes = parseFilter(filter ?? 'none', PEER_FIELDS)
      expect([filter, peers.filter((row) => passes(row, 0)).length]).toEqual([filter, count])
    }
    expect(slices[2]?.filter).toBe('tag:role:relay')
  })

  it('has a filter that takes a star for itself, in values and in keys', () => {
    const starred = rows(['role:a*b'], ['role:axb'], ['role:*'], ['role:a* b'], ['ro*le:x'], ['roxle:x'], [])
    for (const by of ['tag:role', 'tag:ro*le'] as const) {
      const { slices, without } = of(by, starred)
      for (const { filter, count } of [...slices, ...(without === null ? [] : [without])]) {
        const passes = parseFilter(filter ?? 'none', PEER_FIELDS)
        expect([by, filter, starred.filter((row) => passes(row, 0)).length]).toEqual([by, filter, count])
      }
    }
  })

  it('has a filter that finds exactly the peers of a slice, whatever stands in their tags', () => {
    const sign = fc.constantFrom('"', '*', '\\', ':', '=', '(', ')', '-', ' ', 'a', 'A', 'b', 'İ', '\n', 'OR', 'role')
    const tag = fc.oneof(
      fc.string({ unit: fc.oneof(sign, fc.string({ minLength: 1, maxLength: 1 })), minLength: 1, maxLength: 8 }),
      fc.string({ unit: sign, maxLength: 6 }).map((value) => `role:${value}`),
    )
    fc.assert(
      fc.property(fc.array(fc.array(tag, { maxLength: 3 }), { minLength: 1, maxLength: 6 }), (tags) => {
        const some = rows(...tags)
        for (const key of new Set(tags.flat().map((one) => splitTag(one).key))) {
          const valuesOf = (row: PeerRow): string[] =>
            row.tags.flatMap((one) => {
              const split = splitTag(one)
              return split.key.toLowerCase() === key.toLowerCase() ? [split.value.toLowerCase()] : []
            })
          const { slices, without } = of(`tag:${key}`, some)
          const found = (filter: string | null): PeerRow[] => {
            const passes = parseFilter(filter ?? 'none', PEER_FIELDS)
            return some.filter((row) => passes(row, 0))
          }
          for (const { value, filter } of slices)
            expect(found(filter)).toEqual(some.filter((row) => valuesOf(row).includes(value.toLowerCase())))
          expect(without === null ? [] : found(without.filter)).toEqual(
            some.filter((row) => valuesOf(row).length === 0),
          )
        }
      }),
      { seed: 7, numRuns: 500 },
    )
  })

  it('takes values that only differ by case for one, as filters do', () => {
    const mixed = rows(['role:Seed'], ['Role:seed'], ['role:SEED'], ['role:relay'])
    const { slices, keys } = of('tag:role', mixed)
    expect(slices).toEqual([
      { value: 'seed', count: 3, filter: 'tag:role:Seed' },
      { value: 'relay', count: 1, filter: 'tag:role:relay' },
    ])
    expect(keys).toEqual([{ key: 'role', peers: 4 }])
  })

  it('has no filter for what is too long for one', () => {
    const long = 'x'.repeat(989)
    const { slices } = of('tag:role', rows([`role:${long}y`], [`role:${long}yy`]))
    expect(slices.map(({ value, filter }) => [value.length, filter?.length])).toEqual([
      [990, 999],
      [991, 1000],
    ])
    expect(of('tag:role', rows([`role:${long}yyy`])).slices.map(({ filter }) => filter)).toEqual([null])
    expect(of(`tag:${'k'.repeat(400)}`, rows([])).without?.filter).toBeNull()
  })

  it('counts what entries state', () => {
    const { slices } = of('protocol', peers)
    expect(slices).toEqual([
      { value: '1.0.0', count: 5, filter: 'protocol:1.0.0' },
      { value: '0.9.0', count: 1, filter: 'protocol:0.9.0' },
    ])
    expect(of('source', peers).slices).toHaveLength(1)
  })

  it('knows tags by their names where they are ids, and leaves out those that nobody named', () => {
    const [named, other] = [uniqueIdFrom('role:seed'), uniqueIdFrom('secret')]
    const { slices, keys } = of('tag:role', rows([named, other]), new Map([[named, 'role:seed']]))
    expect(slices).toMatchObject([{ value: 'seed', count: 1 }])
    expect(keys).toEqual([{ key: 'role', peers: 1 }])
  })

  it('is bounded, and says how much there is beyond', () => {
    const many = rows(...Array.from({ length: 150 }, (_, index) => [`n:${index}`, `k${index}:1`]))
    const { slices, moreValues, keys } = of('tag:n', many)
    expect(slices).toHaveLength(100)
    expect(moreValues).toBe(50)
    expect(keys).toHaveLength(100)
  })
})

it('of a lost network is of those that were here when we lost it, now and at a moment', async () => {
  using data = new DataFolder()
  const store = data.open()
  const { clock } = data
  const view = new View(clock, store.status())
  const journal = new Journal({ store, networkKey: NETWORK, view, clock })
  const here = peerRow(1, { version: { startedAt: START, updatedAt: START }, tags: ['role:seed'] })
  const network = { kind: 'peerscope', id: NETWORK_ID, name: 'a' } as const
  store.networkJoined({ ...network, bootstrap: [], tags: [], at: START })
  store.append(NETWORK, START, {
    kind: 'NetworkJoined',
    networkId: NETWORK_ID,
    peerId: peerRow(0).peerId,
    addresses: [],
  })
  for (const row of [peerRow(0, { self: true }), here, peerRow(2, { state: 'departed' })]) view.putRow(row)
  journal.start()
  await data.scheduler.run(2000)
  const loss = { at: START + 1000, judgedAt: START + 1000, heardAt: null, purgeAfterMs: 2500 }
  const { at: since, ...lost } = loss
  store.append(NETWORK, clock.now(), { kind: 'NetworkLost', since, ...lost })
  view.setStatus({ ...fakeStatus(1, START, 'lost'), loss })
  await data.scheduler.run(1000)
  view.putRow({ ...here, state: 'purged' })
  await data.scheduler.run(1000)
  journal.flush()
  const past = () => ({ store, networkKey: NETWORK, self: undefined })
  const monitor = { view, past } as unknown as Parameters<typeof breakdownOf>[0]
  const one = { peers: 1, slices: [{ value: 'seed', count: 1 }] }
  const by = 'tag:role'
  expect(await breakdownOf(monitor, { by })).toMatchObject(one)
  const stored = new StoredNetworks(store, new LinesThen(data.scheduler))
  for (const at of [START + 500, START + 2500, START + 3500]) {
    expect(await breakdownOf(monitor, { by, at })).toMatchObject(one)
    expect(await stored.breakdown({ network: 'a', kind: 'peerscope', query: { by, at } })).toMatchObject(one)
  }
})
