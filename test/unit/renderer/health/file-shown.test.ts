import { expect, it } from 'vitest'
import { fileShown } from '../../../../src/renderer/src/health/file-shown.ts'

it('does not call a shared moment, which holds a span of time, a snapshot of one', () => {
  const file = {
    kind: 'file',
    title: 'x',
    here: 1,
    seq: null,
    edgesAt: null,
    madeAt: null,
    loss: null,
    nearest: null,
  } as const
  expect(fileShown({ ...file, at: 1000 })).toBe('sharedMoment')
  expect(fileShown({ ...file, at: null })).toBe('snapshot')
  expect(fileShown(null)).toBeNull()
})
