import { expect, it } from 'vitest'
import { Journal } from '../../../src/main/monitor/journal/journal.ts'
import { changesByPart } from '../../../src/main/monitor/journal/span.ts'
import { pastPicture } from '../../../src/main/monitor/past.ts'
import { View } from '../../../src/main/monitor/view.ts'
import type { Edge } from '../../../src/shared/peer.ts'
import { peerIdAt, peerRow } from '../../support/renderer/fake-network.ts'
import { countTurns } from '../../support/turns.ts'
import { DataFolder, NETWORK, START } from '../store/data-folder.ts'

it('compares what the journal repeats with what was shown in turns', async () => {
  using data = new DataFolder()
  const store = data.open()
  const { clock } = data
  const view = new View(clock, store.status())
  for (let index = 0; index < 3000; index += 1) view.putRow(peerRow(index))
  const ids = Array.from({ length: 3000 }, (_, index) => peerIdAt(index))
  for (const [index, a] of ids.entries())
    for (const step of [1, 2]) {
      const edge: Omit<Edge, 'b'> = { a, kind: 'connection', saidBy: a, at: START }
      view.putEdge({ ...edge, b: ids[(index + step) % ids.length] ?? a })
    }
  // Each begins with all that is shown.
  for (let group = 0; group < 2; group += 1) {
    const journal = new Journal({ store, networkKey: NETWORK, view, clock })
    journal.start()
    await journal.settled
    view.watch(null)
    view.putRow(peerRow(0, { ticketCount: 7 }))
    await data.scheduler.run(1000)
  }
  const begin = await pastPicture({ store, networkKey: NETWORK, self: undefined }, START)
  expect([begin.peers.length, begin.edges.length]).toEqual([3000, 6000])
  const turns = countTurns()
  const [waited, changed]: [number[], string[]] = [[], []]
  let before = turns.count
  for await (const changes of changesByPart(store, NETWORK, { from: START, to: clock.now(), stepMs: 0 }, begin)) {
    waited.push(turns.count - before)
    before = turns.count
    changed.push(...changes.flatMap(({ rows }) => rows.map(({ peerId }) => peerId)))
  }
  turns.stop()
  expect(changed).toEqual([peerRow(0).peerId])
  // Two thousand links at once as it begins; then five hundred rows, and again two thousand links.
  expect(waited[0]).toBeGreaterThanOrEqual(3)
  expect(Math.max(...waited)).toBeGreaterThanOrEqual(6 + 1 + 3 + 1)
})
