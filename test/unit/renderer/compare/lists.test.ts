import { describe, expect, it } from 'vitest'
import {
  csvOf,
  FILTER_MOST,
  filterOf,
  knowledgeLists,
  pictureLists,
  reasonWords,
} from '../../../../src/renderer/src/compare/lists.ts'
import { noReasons } from '../../../../src/shared/compare.ts'
import { PEER_FIELDS } from '../../../../src/shared/filter-peers.ts'
import { MAX_FILTER, parseFilter } from '../../../../src/shared/filter.ts'
import { peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'

const ids = Array.from({ length: 200 }, (_, index) => peerIdAt(index))
const [ANN, BEN, CAT] = [peerIdAt(0), peerIdAt(1), peerIdAt(2)]

describe('lists of two pictures', () => {
  it('say of each peer what became of it', () => {
    const lists = pictureLists(
      [
        { what: 'came', peerId: ANN, as: 'back' },
        { what: 'left', peerId: BEN, reason: 'purged' },
        { what: 'changed', peerId: CAT, restarted: true, changes: ['tags: +x'] },
      ],
      (change) => change.toUpperCase(),
    )
    expect(lists.map(({ id, entries }) => [id, entries.map(({ words }) => words)])).toEqual([
      ['came', ['came back']],
      ['left', ['went silent']],
      ['changed', ['restarted; TAGS: +X']],
      ['same', []],
    ])
  })

  it('name the reasons that happened', () => {
    expect(reasonWords({ ...noReasons(), purged: 1, departed: 2 })).toBe('2 said goodbye, 1 went silent')
    expect(reasonWords(noReasons())).toBe('')
  })
})

it('lists of what two peers know say who knows what, and by whose word', () => {
  const known = { peerId: CAT, kinds: ['connection', 'holds'], saidBy: ANN, at: 7 } as const
  const name = (peerId: string): string => (peerId === ANN ? 'Ann' : 'Ben')
  const lists = knowledgeLists({ onlyA: [known], onlyB: [], both: [] }, name, [ANN, BEN])
  expect(lists.map(({ label, entries }) => [label, entries.length])).toEqual([
    ['Ann knows, Ben doesn’t', 1],
    ['Ben knows, Ann doesn’t', 0],
    ['Both know', 0],
  ])
  expect(lists[0]?.entries).toEqual([{ peerId: CAT, words: 'live connection, in its catalog, told by Ann', at: 7 }])
})

describe('a list as a filter', () => {
  it('is passed by its peers alone, however many it can name', () => {
    const most = ids.slice(0, FILTER_MOST)
    const text = filterOf(most) ?? ''
    expect(text.length).toBeLessThanOrEqual(MAX_FILTER)
    const passes = parseFilter(text, PEER_FIELDS)
    const chosen = ids.filter((_, index) => passes(peerRow(index), 0))
    expect(chosen).toEqual(most)
  })

  it('is none for more than it can name, and for nobody', () => {
    expect([filterOf(ids.slice(0, FILTER_MOST + 1)), filterOf([])]).toEqual([null, null])
  })
})

it('a list as CSV is read by spreadsheets and runs nothing in them', () => {
  const entries = [
    { peerId: ANN, words: '=1+2, "x"', at: 5 },
    { peerId: BEN, words: '', at: null },
  ]
  const written = { idOf: () => 'id', nameOf: () => 'neat iris', timeOf: (at: number) => `time ${at}` }
  expect(csvOf({ id: 'left', label: 'Left', entries }, written)).toBe(
    'id,name,list,what,at\r\nid,neat iris,Left,"\'=1+2, ""x""",time 5\r\nid,neat iris,Left,"",\r\n',
  )
})
