import { expect, test } from 'vitest'
import { askedAt, isOverBy } from '../../../../src/renderer/src/stores/picture-store.ts'

const past = {
  kind: 'past',
  at: 12.5,
  here: 1,
  seq: 1,
  edgesAt: null,
  loss: null,
  deserted: false,
  alone: false,
  stall: null,
  parted: null,
  nearest: null,
} as const
const file = {
  kind: 'file',
  title: 't',
  at: null,
  here: 1,
  seq: null,
  edgesAt: null,
  madeAt: 1,
  loss: null,
  deserted: false,
  alone: false,
  stall: null,
  parted: null,
} as const

test('causes are asked of now, or of a moment that stands still: not of a snapshot, nor while time goes by or is on its way', () => {
  const of = (picture: Parameters<typeof askedAt>[0]['picture'], wanted: number | null, playing = false) =>
    askedAt({ picture, wanted, playing })
  expect([of(null, null), of(null, 12), of(past, 12.5), of(past, 12.5, true)]).toEqual([null, undefined, 12, undefined])
  expect(of({ ...file, nearest: null }, null)).toBeUndefined()
})

test('whether something is over by the moment that is shown is known while time goes by, and of a moment that is on its way', () => {
  const over = (picture: Parameters<typeof askedAt>[0]['picture'], wanted: number | null, at: number) =>
    isOverBy({ picture, wanted }, at)
  expect([over(null, null, 99), over(null, 12, 12), over(null, 12, 13)]).toEqual([true, true, false])
  expect([over(past, 12.5, 12), over(past, 99, 13), over({ ...file, nearest: null }, null, 1)]).toEqual([
    true,
    false,
    null,
  ])
})
