import { expect, test } from 'vitest'
import { ALL_EVENTS } from '../../../../src/renderer/src/stores/event-store.ts'
import {
  burstSpan,
  emptyWords,
  isReading,
  leavesOut,
  listEndWords,
} from '../../../../src/renderer/src/timeline/list-words.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

const kinds = ['PeerDeparted'] as const

test('a burst is within some time, or all at the same moment', () => {
  expect([0, 1, 1200].map(burstSpan)).toEqual(['all at the same moment', 'within 1 ms', 'within 1.2 s'])
})

test('an empty list says what leaves events out, the filter among it only where there is one', () => {
  expect(emptyWords({ ...ALL_EVENTS, text: 'fox' })).toBe('No event matches the filter.')
  expect(emptyWords({ ...ALL_EVENTS, kinds })).toBe('No event matches the chosen kinds.')
  expect(emptyWords({ ...ALL_EVENTS, lanes: ['goodbye'], peerId: peerIdAt(1), from: 1, to: 2, text: ' ' })).toBe(
    'No event matches the chosen kinds, the chosen peer and the span.',
  )
})

test('a list that ends at a past moment leaves nothing out by choice', () => {
  const past = { ...ALL_EVENTS, to: 1000 }
  expect([leavesOut(past), emptyWords(past)]).toEqual([false, 'Nothing happened yet.'])
})

test('where a list ends is the beginning of what is stored only for a list of all', () => {
  expect(listEndWords({ ...ALL_EVENTS, to: 1000 })).toBe('The beginning of what is stored.')
  expect(listEndWords({ ...ALL_EVENTS, from: 1, to: 2, text: 'fox' })).toBe('The beginning of the span.')
  expect(listEndWords({ ...ALL_EVENTS, text: 'fox', kinds })).toBe(
    'No older event matches the filter and the chosen kinds.',
  )
})

test('until the peers of a past moment are there, it is not known what a filter leaves out', () => {
  const then = { seq: 1, edgesAt: null, here: 2, loss: null, deserted: false, alone: false, stall: null } as const
  const at = (moment: number) => ({ ...then, kind: 'past', at: moment, parted: null, nearest: null }) as const
  const asked = { picture: at(1000), wanted: 5000.5, playing: false, failure: null }
  const text = { text: 'state:here' }
  expect(isReading(asked, text)).toBe(true)
  expect(isReading({ ...asked, picture: null }, text)).toBe(true)
  for (const over of [{ picture: at(5000.5) }, { wanted: null }, { playing: true }, { failure: { message: 'x' } }])
    expect(isReading({ ...asked, ...over } as typeof asked, text)).toBe(false)
  expect(isReading(asked, { text: ' ' })).toBe(false)
})
