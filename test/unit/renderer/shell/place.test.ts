import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { placeText, readPlace } from '../../../../src/renderer/src/shell/place.ts'
import { VIEWS } from '../../../../src/renderer/src/stores/ui-store.ts'
import { MAX_FILTER } from '../../../../src/shared/filter.ts'
import type { NetworkId } from '../../../../src/shared/ids.ts'
import { endpointIdOf } from '../../../../src/shared/peer-form.ts'
import { idOf } from '../../../support/discovery/entries.ts'

const PEER = idOf('ann')

describe('a place in the window', () => {
  it('is read as it was written', () => {
    const places = fc.record({
      view: fc.constantFrom(...VIEWS),
      filter: fc.string({ maxLength: MAX_FILTER }).map((text) => (text.trim() === '' ? '' : text)),
      peer: fc.constantFrom(null, PEER),
      at: fc.option(fc.integer({ min: 0, max: Date.UTC(9999, 0) })),
      network: fc.constantFrom(null, 'ab'.repeat(32)),
      history: fc.constantFrom(
        null,
        { kind: 'peerscope', id: 'cd'.repeat(32) as NetworkId } as const,
        { kind: 'mosaik', id: 'ef'.repeat(32) as NetworkId } as const,
      ),
    })
    fc.assert(
      fc.property(places, (place) => {
        expect(readPlace(placeText(place))).toEqual(place)
      }),
    )
  })

  it('is short where nothing is set', () => {
    expect(placeText({ view: 'peers', filter: ' ', peer: null, at: null, network: null, history: null })).toBe('/peers')
  })

  it('takes an id in both forms, and a moment of the calendar', () => {
    expect(readPlace(`/peers?peer=${endpointIdOf(PEER)}`)).toMatchObject({ peer: PEER })
    expect(readPlace('/timeline?at=2026-11-29T09:00:00Z')).toMatchObject({ at: Date.UTC(2026, 10, 29, 9) })
  })

  it.each(['', 'peers', '/nowhere', 'token=abc', `/peers?filter=${'x'.repeat(5 * MAX_FILTER)}`])(
    'is not %.20s',
    (text) => {
      expect(readPlace(text)).toBeNull()
    },
  )

  it('leaves out what cannot be read', () => {
    const nothing = { view: 'peers', filter: '', peer: null, at: null, network: null, history: null }
    for (const query of [
      'peer=nobody',
      'history=x',
      `history=other:${'ab'.repeat(32)}`,
      'at=yesterday',
      'at=-1',
      'more=1',
      'network=x',
      '%',
    ])
      expect(readPlace(`/peers?${query}`)).toEqual(nothing)
  })
})
