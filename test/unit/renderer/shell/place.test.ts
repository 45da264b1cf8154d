import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ARRANGED_BY, COLOURS_BY } from '../../../../src/renderer/src/graph/look.ts'
import { COLUMNS } from '../../../../src/renderer/src/peers/columns.ts'
import { SHOWN } from '../../../../src/renderer/src/peers/shown.ts'
import type { Place } from '../../../../src/renderer/src/shell/link-table.ts'
import { placeText, readPlace } from '../../../../src/renderer/src/shell/place.ts'
import { RANGES } from '../../../../src/renderer/src/stores/range-store.ts'
import { VIEWS } from '../../../../src/renderer/src/stores/ui-store.ts'
import { EVENT_KINDS } from '../../../../src/shared/events.ts'
import { MAX_FILTER } from '../../../../src/shared/filter.ts'
import type { NetworkId } from '../../../../src/shared/ids.ts'
import { LANES } from '../../../../src/shared/lanes.ts'
import { visible } from '../../../../src/shared/visible-text.ts'
import { endpointIdOf } from '../../../../src/shared/peer-form.ts'
import { idOf } from '../../../support/discovery/entries.ts'

const PEER = idOf('ann')

describe('a place in the window', () => {
  it('is read as it was written', () => {
    const moment = fc.integer({ min: 0, max: Date.UTC(9999, 0) })
    const span = fc.tuple(moment, moment).map(([one, other]) => ({
      from: Math.min(one, other),
      to: Math.max(one, other) + 1,
    }))
    const places: fc.Arbitrary<Place> = fc.record({
      view: fc.constantFrom(...VIEWS),
      filter: fc.string({ maxLength: MAX_FILTER }).map((text) => (text.trim() === '' ? '' : text)),
      peer: fc.constantFrom(null, PEER),
      departure: fc.option(moment),
      at: fc.option(moment),
      network: fc.constantFrom(null, 'ab'.repeat(32)),
      history: fc.constantFrom(
        null,
        { kind: 'peerscope', id: 'cd'.repeat(32) as NetworkId } as const,
        { kind: 'mosaik', id: 'ef'.repeat(32) as NetworkId } as const,
      ),
      file: fc.constantFrom(null, '0b8f7c3e-1d2a-4c5b-8e9f-a0b1c2d3e4f5'),
      kinds: fc.subarray([...EVENT_KINDS]),
      lanes: fc.subarray([...LANES]),
      again: fc.boolean(),
      about: fc.constantFrom(null, PEER),
      span: fc.option(
        fc.oneof(
          span,
          span.map(({ from }) => ({ from, to: null })),
        ),
      ),
      range: fc.oneof(fc.constantFrom(...RANGES), span),
      by: fc.constantFrom(null, 'protocol' as const, 'tag:role' as const, 'tag:a &=#%' as const),
      colour: fc.constantFrom(...COLOURS_BY, 'key:role' as const, 'key:a b&c' as const),
      layout: fc.constantFrom(...ARRANGED_BY, 'key:role' as const),
      links: fc.constantFrom('all' as const, 'backbone' as const),
      show: fc.constantFrom(...SHOWN),
      sort: fc.record({ column: fc.constantFrom(...COLUMNS.map(({ id }) => id)), descending: fc.boolean() }),
      compare: fc.constantFrom(null, {
        what: 'peers',
        sides: [PEER, null],
        list: 'left-since',
        scope: 'catalogs',
      } as const),
    })
    fc.assert(
      fc.property(places, (place) => {
        expect(readPlace(placeText(place))).toEqual(place)
      }),
    )
  })

  it('holds the longest filter, and files with the longest names, in any script', () => {
    const usual = readPlace('/peers')
    if (usual === null) throw new Error('no place')
    for (const [sign, cut] of [
      ['鎖', `${'鎖'.repeat(59)}…`],
      ['🔒', `${'🔒'.repeat(59)}…`],
      ['x', `${'x'.repeat(59)}…`],
      ['\uD800', visible('\uD800'.repeat(255))],
    ] as const) {
      const side = { kind: 'file', file: 'f'.repeat(100), name: sign.repeat(255), at: 0 } as const
      const filter = sign.repeat(MAX_FILTER / sign.length)
      const text = placeText({
        ...usual,
        filter,
        kinds: EVENT_KINDS,
        lanes: LANES,
        compare: { what: 'pictures', sides: [side, side], list: 'came', scope: 'all' },
      })
      const read = readPlace(text)
      expect(read).toMatchObject({ filter: filter.toWellFormed(), kinds: EVENT_KINDS })
      const [first] = read?.compare?.what === 'pictures' ? read.compare.sides : []
      expect(first).toMatchObject({ file: side.file, name: cut })
      expect(placeText(read ?? usual)).toBe(text)
    }
  })

  it('takes an id in both forms, and a moment of the calendar', () => {
    expect(readPlace(`/peers?peer=${endpointIdOf(PEER)}`)).toMatchObject({ peer: PEER })
    expect(readPlace('/timeline?at=2026-11-29T09:00:00Z')).toMatchObject({ at: Date.UTC(2026, 10, 29, 9) })
  })

  it.each(['', 'peers', '/nowhere', 'token=abc', `/peers?filter=${'x'.repeat(16 * MAX_FILTER)}`])(
    'is not %.20s',
    (text) => {
      expect(readPlace(text)).toBeNull()
    },
  )

  it('leaves out what cannot be read', () => {
    const nothing = readPlace('/peers')
    for (const query of [
      'peer=nobody',
      'history=x',
      `history=other:${'ab'.repeat(32)}`,
      'at=yesterday',
      'departure=yesterday',
      'departure=-1',
      'departure=999999-01-01T00:00:00Z',
      'at=-1',
      'more=1',
      'network=x',
      '%',
      'span=2026-11-29T09:00:00Z/2026-11-28T09:00:00Z',
      'colour=key:',
      'sort=size',
      'compare=all',
    ])
      expect(readPlace(`/peers?${query}`)).toEqual(nothing)
  })
})
