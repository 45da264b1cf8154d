import { expect, it, vi } from 'vitest'
import { patiently } from '../support/patiently.ts'

it('vi.waitFor and vi.waitUntil give a busy machine ten seconds, unless told otherwise', () => {
  expect(patiently()).toEqual({ timeout: 10_000 })
  expect(patiently<{ timeout?: number; interval?: number }>({ interval: 5 })).toEqual({ interval: 5, timeout: 10_000 })
  expect(patiently({ timeout: 7 })).toEqual({ timeout: 7 })
  expect(patiently(7)).toBe(7)
  expect([vi.waitFor.name, vi.waitUntil.name]).toEqual(['patientWaitFor', 'patientWaitUntil'])
})
