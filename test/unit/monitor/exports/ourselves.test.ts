import { MultiGraph } from 'graphology'
import { parse as parseGexf } from 'graphology-gexf'
import { parse as parseGraphml } from 'graphology-graphml'
import { describe, expect, it } from 'vitest'
import { exportParts } from '../../../../src/main/monitor/exports/export.ts'
import type { ExportSource } from '../../../../src/main/monitor/exports/records.ts'
import type { StoreReader } from '../../../../src/main/store/types.ts'
import type { ExportFormat } from '../../../../src/shared/exports.ts'
import type { Edge } from '../../../../src/shared/peer.ts'
import { idOf, NETWORK } from '../../../support/discovery/entries.ts'
import { peerRecord } from './records.ts'

const us = { ...peerRecord('us', { tags: ['role:observer'] }).row, self: true }
const link: Edge = { a: us.peerId, b: idOf('ann'), kind: 'neighbor', saidBy: us.peerId, at: 1 }
const now: ExportSource = {
  network: { kind: 'peerscope', id: NETWORK, name: 'net' },
  store: {
    getSetting: () => undefined,
    notes: () => new Map(),
    peersPage: () => ({ peers: [peerRecord('ann').stored], next: null }),
    peer: (_network: string, peerId: string) => (peerId === idOf('ann') ? peerRecord('ann').stored : null),
  } as unknown as StoreReader,
  live: new Map([[us.peerId, us]]),
  loss: null,
  links: { now: 2, self: us.peerId, here: () => true, edges: [link] },
  now: 2,
}
const moment = { seq: 0, at: 1, rows: [{ ...peerRecord('ann').row, backAt: 1 }, us], loss: null }
const then: ExportSource = { ...now, live: new Map(), moment }

async function written(source: ExportSource, format: ExportFormat, filter = ''): Promise<string> {
  let text = ''
  const request = { what: 'catalog', format, filter, from: null, to: null } as const
  for await (const { data } of exportParts(source, request, null))
    text += typeof data === 'string' ? data : Buffer.from(data).toString('latin1')
  return text
}

describe.each([
  ['now', now],
  ['a past moment', then],
] as const)('what is exported of %s', (_when, source) => {
  it('has ourselves and our links in the formats that have links', async () => {
    for (const graph of [
      parseGexf(MultiGraph, await written(source, 'gexf')),
      parseGraphml(MultiGraph, await written(source, 'graphml')),
    ]) {
      expect(graph.nodes().toSorted()).toEqual([us.peerId, idOf('ann')].toSorted())
      expect(graph.areNeighbors(us.peerId, idOf('ann'))).toBe(true)
      expect(graph.getNodeAttribute(us.peerId, 'tag:role')).toBe('observer')
    }
    expect(await written(source, 'dot')).toContain(`"${us.peerId}" [`)
    expect(parseGexf(MultiGraph, await written(source, 'gexf', '-self:yes')).nodes()).toEqual([idOf('ann')])
  })

  it('has the others only in lists', async () => {
    const json = await written(source, 'json')
    expect(JSON.parse(json)).toMatchObject({ peers: [{ peerId: idOf('ann') }] })
    // The same fields of both.
    expect(json).not.toContain('backAt')
    expect((await written(source, 'csv')).trimEnd().split('\r\n')).toHaveLength(2)
  })
})
