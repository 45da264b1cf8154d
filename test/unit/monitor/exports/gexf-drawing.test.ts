import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { MultiGraph as Graph } from 'graphology'
import { parse as parseGexf } from 'graphology-gexf'
import { describe, expect, it } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { gexf } from '../../../../src/main/monitor/exports/graphs.ts'
import type { PeerRecord } from '../../../../src/main/monitor/exports/records.ts'
import { tagColumns } from '../../../../src/main/monitor/exports/tag-columns.ts'
import { withDrawing } from '../../../../src/shared/gexf-drawing.ts'
import type { DrawnPeer } from '../../../../src/shared/gexf-drawing.ts'
import { idOf, NETWORK } from '../../../support/discovery/entries.ts'
import { peerRecord } from './records.ts'

const TIMES = { now: 1_700_000_000_000, asOf: 1_700_000_000_000 }
const PLACE: DrawnPeer = { x: 12.345, y: -7, size: 6, colour: 0x1fae85 }

/** A GEXF file of these peers, drawn part by part as the window does it. */
async function drawn(peers: readonly PeerRecord[], drawnOf: (peerId: string) => DrawnPeer | null): Promise<string> {
  const network = { kind: 'peerscope', id: NETWORK, name: 'net <&">' } as const
  const links = [{ a: idOf('ann'), b: idOf('ben'), kind: 'neighbor', saidBy: idOf('ann'), at: 1 }] as const
  const parts = gexf(network, peers, links, await tagColumns(peers), TIMES)
  return [...parts].map((part) => withDrawing(part, drawnOf)).join('')
}

describe('the drawing in a GEXF file', () => {
  it('gives each drawn peer its place, colour and size, and leaves the others and the columns as they are', async () => {
    const many = Array.from({ length: 450 }, (_, index) => peerRecord(`peer ${index}`, { tags: [`nr:${index}`] }))
    const peers = [peerRecord('ann', { tags: ['role:seed', 'version:2.1'] }), peerRecord('ben'), ...many]
    const file = await drawn(peers, (peerId) => (peerId === idOf('ben') ? null : PLACE))
    const graph = parseGexf(Graph, file)
    expect(graph.order).toBe(peers.length)
    expect(graph.size).toBe(1)
    expect(graph.getNodeAttributes(idOf('ann'))).toMatchObject({
      x: 12.35,
      y: -7,
      size: 6,
      color: 'rgb(31,174,133)',
      'tag:role': 'seed',
      'tag:version': '2.1',
    })
    expect(graph.getNodeAttributes(idOf('peer 449'))).toMatchObject({
      x: 12.35,
      color: 'rgb(31,174,133)',
      'tag:nr': '449',
    })
    expect(graph.getNodeAttributes(idOf('ben'))).not.toHaveProperty('x')
    expect(graph.getNodeAttributes(idOf('ben'))).not.toHaveProperty('color')
  })

  it('is valid by the schema, also where tags look like the file itself', async () => {
    const schema = await readFile(join(import.meta.dirname, 'schemas', 'gexf.xsd'), 'utf8')
    const tags = [`<node id="${idOf('ben')}">`, '</attvalues></node>', '</node>', '$&', '"/>']
    const file = await drawn([peerRecord('ann', { tags }), peerRecord('ben')], () => PLACE)
    expect((await validateXML({ xml: { fileName: 'graph.gexf', contents: file }, schema })).errors).toEqual([])
    expect(file.match(/<viz:position /g)).toHaveLength(2)
    expect(JSON.parse(String(parseGexf(Graph, file).getNodeAttribute(idOf('ann'), 'tags')))).toEqual(tags)
  })

  it('takes any number for a place', async () => {
    const number = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -0))
    await fc.assert(
      fc.asyncProperty(number, number, fc.nat(0xffffff), async (x, y, colour) => {
        const file = await drawn([peerRecord('ann'), peerRecord('ben')], () => ({ x, y, size: 3, colour }))
        const node = parseGexf(Graph, file).getNodeAttributes(idOf('ann'))
        expect(Number.isFinite(node['x'])).toBe(true)
        expect(node['color']).toBe(`rgb(${colour >> 16},${(colour >> 8) & 0xff},${colour & 0xff})`)
      }),
      { numRuns: 15 },
    )
  })
})
