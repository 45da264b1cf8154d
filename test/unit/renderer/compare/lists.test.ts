import { describe, expect, it } from 'vitest'
import {
  agesFrom,
  csvOf,
  FILTER_MOST,
  filterOf,
  firstOf,
  knowledgeLists,
  leftSinceWords,
  pictureLists,
  reasonWords,
} from '../../../../src/renderer/src/compare/lists.ts'
import type { Said } from '../../../../src/renderer/src/compare/lists.ts'
import { isWhole, untoldOf, untoldWords } from '../../../../src/renderer/src/compare/untold.ts'
import type { KnowledgeDifference } from '../../../../src/shared/compare-peers.ts'
import { isBackwards, noReasons } from '../../../../src/shared/compare.ts'
import { PEER_FIELDS } from '../../../../src/shared/filter-peers.ts'
import { MAX_FILTER, parseFilter } from '../../../../src/shared/filter.ts'
import { LEFT_WORDS } from '../../../../src/shared/state-words.ts'
import { peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'

const ids = Array.from({ length: 200 }, (_, index) => peerIdAt(index))
const [ANN, BEN, CAT] = [peerIdAt(0), peerIdAt(1), peerIdAt(2)]

describe('lists of two pictures', () => {
  it('read backwards where the first is of a later moment, as far as files say of which they are', () => {
    const order = (a: number | null, b: number | null) => isBackwards([{ at: a }, { at: b }])
    expect([order(2, 1), order(1, 2), order(1, 1)]).toEqual([true, false, false])
    expect([order(null, 1), order(2, null)]).toEqual([false, false])
  })

  it('say of each peer what became of it', () => {
    const lists = pictureLists(
      [
        { what: 'came', peerId: ANN, as: 'back' },
        { what: 'left', peerId: BEN, reason: 'purged', lastSeen: 7 },
        { what: 'left', peerId: ANN, reason: 'missing', lastSeen: null },
        { what: 'changed', peerId: CAT, restarted: true, changes: ['tags: +x'] },
      ],
      (change) => change.toUpperCase(),
    )
    expect(lists.map(({ id, entries }) => [id, entries.map(({ words, at }) => [words, at])])).toEqual([
      ['came', [['came back', null]]],
      [
        'left',
        [
          ['went silent; last seen', 7],
          [LEFT_WORDS.missing, null],
        ],
      ],
      ['changed', [['restarted; TAGS: +X', null]]],
      ['same', []],
    ])
  })

  it('count ages from the later moment: from now only where that is now', () => {
    const side = { network: null, here: 1, lost: false, faults: 0 }
    const sides = [
      { ...side, at: 5 },
      { ...side, at: 9 },
    ] as const
    const now = { kind: 'moment', at: null } as const
    const then = { kind: 'moment', at: 9 } as const
    expect(agesFrom(sides, then, false)).toBe(9)
    expect(agesFrom(sides, now, false)).toBeNull()
    // Of a history now is its end.
    expect(agesFrom(sides, now, true)).toBe(9)
    expect(agesFrom(sides, { kind: 'file', file: 'a', name: 'a', at: null }, false)).toBe(9)
  })

  it('name the reasons that happened', () => {
    expect(reasonWords({ ...noReasons(), purged: 1, departed: 2 })).toBe('2 said goodbye, 1 went silent')
    expect(reasonWords(noReasons())).toBe('')
  })
})

describe('lists of what two peers know', () => {
  const known = { peerId: CAT, kinds: ['connection', 'holds'], saidBy: ANN, at: 7, cameSince: false } as const
  const nameOf = (peerId: string): string => (peerId === ANN ? 'Ann' : 'Ben')
  const none = { onlyA: [], onlyB: [], both: [], left: [] }
  const here = { self: false, state: 'online', firstSeen: 1, lastSeen: 5 } as const
  const listsOf = (
    whole: readonly [boolean, boolean],
    difference: Partial<KnowledgeDifference> = {},
    rowOf: Said['rowOf'] = () => here,
  ) => knowledgeLists({ ...none, onlyA: [known], ...difference }, { nameOf, rowOf }, [ANN, BEN], whole)
  const headsOf = (...given: Parameters<typeof listsOf>) => listsOf(...given).map(({ label, count }) => [label, count])

  it('say who knows what, and by whose word', () => {
    const lists = listsOf([true, true])
    expect(lists.map(({ label, count }) => [label, count])).toEqual([
      ['Ann knows, Ben doesn’t', '1'],
      ['Ben knows, Ann doesn’t', '0'],
      ['Both know', '0'],
    ])
    expect(lists[0]?.entries).toEqual([{ peerId: CAT, words: 'live connection, in its catalog, told by Ann', at: 7 }])
  })

  it('of what we see ourselves say that it is ours, and no time', () => {
    const rowOf = (peerId: string) => ({ ...here, self: peerId === ANN })
    const lists = listsOf([true, true], { both: [{ ...known, saidBy: BEN }] }, rowOf)
    expect(lists[0]?.entries).toEqual([{ peerId: CAT, words: 'our live connection, in our catalog', at: null }])
    expect(lists[2]?.entries).toEqual([{ peerId: CAT, words: 'live connection, in its catalog, told by Ben', at: 7 }])
  })

  it('do not say that a peer lacks who came after it told: such are marked, come last and are not counted', () => {
    const came = { ...known, peerId: BEN, cameSince: true }
    expect(headsOf([true, true], { onlyA: [came] })[0]).toEqual(['Ann knows, Ben may too', null])
    expect(headsOf([true, true], { onlyA: [came, known] })[0]).toEqual(['Ann knows, Ben doesn’t', '1 or more'])
    expect(listsOf([true, true], { onlyA: [came, known] })[0]?.entries.map(({ words }) => words)).toEqual([
      'live connection, in its catalog, told by Ann',
      'came after Ben told: live connection, in its catalog, told by Ann',
    ])
  })

  it('have who left since in a list of their own, with how and when', () => {
    const gone = { ...known, kinds: ['holds'] as const }
    const last = (rowOf: Said['rowOf']) => listsOf([true, true], { onlyA: [], left: [gone] }, rowOf)[3]
    const silent = { ...here, state: 'purged' } as const
    expect(last(() => silent)).toEqual({
      id: 'left-since',
      label: 'Left since',
      count: '1',
      entries: [{ peerId: CAT, words: 'went silent; was in the catalog of Ann; last seen', at: 5 }],
    })
    expect(last(() => undefined)?.entries[0]).toEqual({
      peerId: CAT,
      words: 'not listed any longer; was in the catalog of Ann',
      at: null,
    })
    expect(last(() => ({ ...here, backAt: 3 }))?.entries[0]).toEqual({
      peerId: CAT,
      words: 'was in the catalog of Ann, left since, and came back',
      at: 3,
    })
    expect(listsOf([true, true])).toHaveLength(3)
  })

  it('count who left since, and who of them is back', () => {
    const rowOf = (peerId: string) =>
      peerId === BEN ? undefined : peerId === CAT ? here : { ...here, state: 'purged' as const }
    expect(leftSinceWords([ANN, BEN, CAT], rowOf)).toBe(', 3 of them left since (1 came back)')
    expect(leftSinceWords([ANN, BEN], rowOf)).toBe(', 2 of them left since')
    expect(leftSinceWords([], rowOf)).toBe('')
  })

  it('begin with the first that has somebody', () => {
    expect(firstOf(listsOf([true, true], { onlyA: [], both: [known] }))).toBe('both')
    expect([firstOf(listsOf([true, true], { onlyA: [] })), firstOf([])]).toEqual(['only-a', null])
  })

  it('do not say that a peer lacks what it did not tell of, and have no number there', () => {
    expect(headsOf([true, false])).toEqual([
      ['Ann knows, Ben may too', null],
      // What Ben told is a part of what it knows.
      ['Ben knows, Ann doesn’t', null],
      ['Both know', null],
    ])
    expect(headsOf([false, true], { both: [known] })).toEqual([
      ['Ann knows, Ben doesn’t', '1 or more'],
      ['Ben knows, Ann may too', null],
      ['Both know', '1 or more'],
    ])
    expect(headsOf([false, false]).map(([label]) => label)).toEqual([
      'Ann knows, Ben may too',
      'Ben knows, Ann may too',
      'Both know',
    ])
  })
})

describe('what a peer did not tell', () => {
  const here = { self: false, state: 'online' } as const
  const look = { scope: 'all', now: true, neighbors: true } as const
  const nothing = { toldAt: null, heldAt: null, partHeldAt: null }
  const said = (...given: Parameters<typeof untoldOf>) => untoldWords('Ben', untoldOf(...given))

  it('is said with the reason, and what to do', () => {
    expect(said(nothing, here, { state: 'never' }, look)).toBe(
      'What Ben knows is not known: it was not asked for its links and its catalog was not read in this session. Press Ask and Sync above to find out.',
    )
    expect(said({ toldAt: 5, heldAt: null, partHeldAt: null }, here, { state: 'never' }, look)).toBe(
      'Ben may know more than is listed: its catalog was not read in this session. Press Sync above to find out.',
    )
    expect(said(nothing, here, { state: 'never' }, { ...look, scope: 'links' })).toBe(
      'What Ben knows is not known: it was not asked for its links. Press Ask above to find out.',
    )
  })

  it('is no longer known of one that went, whether or not it was asked or synced with before', () => {
    const words = 'What Ben knows is not known: what it told is no longer known since it went.'
    for (const state of ['departed', 'purged', 'lost', 'removed', 'displaced'] as const)
      expect(said(nothing, { ...here, state }, { state: 'never' }, look)).toBe(words)
    expect(said(nothing, undefined, { state: 'never' }, look)).toContain('was not read in this session')
  })

  it('cannot be asked of one that is not here, in a past, or where peers do not tell it', () => {
    expect(said(nothing, { ...here, state: 'stored' }, { state: 'never' }, look)).toContain('It is not here')
    expect(said({ toldAt: 5, heldAt: null, partHeldAt: null }, here, undefined, { ...look, now: false })).toBe(
      'Ben may know more than is listed: what its catalog held then is not known.',
    )
    // Lists name who was in it as far as the past tells.
    const part = untoldOf({ ...nothing, partHeldAt: 5 }, here, undefined, { ...look, scope: 'catalogs', now: false })
    expect(untoldWords('Ben', part)).toBe('Ben may know more than is listed: of its catalog then only a part is known.')
    expect(isWhole(part)).toBe(false)
    expect(said({ toldAt: null, heldAt: 5, partHeldAt: null }, here, undefined, { ...look, neighbors: false })).toBe(
      'Ben may know more than is listed: peers of this network do not tell their links.',
    )
  })

  it('is nothing for ourselves and for who told all; while it is looked up nothing is claimed either', () => {
    expect(said(nothing, { ...here, self: true }, undefined, look)).toBeNull()
    expect(said({ toldAt: 5, heldAt: 5, partHeldAt: null }, here, undefined, look)).toBeNull()
    const seen = { state: 'seen', at: 5, peerIds: [] } as const
    for (const catalog of [{ state: 'asked' } as const, seen]) {
      const looking = untoldOf({ toldAt: 5, heldAt: null, partHeldAt: null }, here, catalog, look)
      expect([untoldWords('Ben', looking), isWhole(looking)]).toEqual([null, false])
    }
    const told = untoldOf(
      { toldAt: 5, heldAt: null, partHeldAt: null },
      here,
      { state: 'never' },
      { ...look, scope: 'links' },
    )
    expect(isWhole(told)).toBe(true)
  })
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
  expect(csvOf({ id: 'left', label: 'Left', entries, count: '2' }, written)).toBe(
    'id,name,list,what,at\r\nid,neat iris,Left,"\'=1+2, ""x""",time 5\r\nid,neat iris,Left,"",\r\n',
  )
})
