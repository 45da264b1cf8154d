import { expect, test } from 'vitest'
import { pageTitle } from '../../../../src/renderer/src/shell/page-title.ts'
import type { Picture } from '../../../../src/renderer/src/stores/picture-store.ts'
import { fakeStatus } from '../../../support/renderer/fake-network.ts'

const now = new Date(2026, 11, 1, 12).getTime()
const status = fakeStatus(3, now)
const live = { view: 'timeline', status, picture: null, played: null, now } as const
const then = { seq: 1, edgesAt: null, here: 2, loss: null, deserted: false, alone: false, stall: null } as const
const at = new Date(2026, 11, 1, 10, 15, 30).getTime()
const past: Picture = { ...then, kind: 'past', at, parted: null, nearest: null }

test('the title names the view and the network', () => {
  expect(pageTitle(live)).toBe('Timeline · mosaic-main – Peerscope')
  expect(pageTitle({ ...live, view: 'health' })).toBe('Health · mosaic-main – Peerscope')
  const { network } = status
  expect(pageTitle({ ...live, status: { ...status, network: { ...network, name: null } } })).toBe(
    `Timeline · ${network.id.slice(0, 16)}… – Peerscope`,
  )
})

test('it names the past moment, but in views that tell of now', () => {
  expect(pageTitle({ ...live, picture: past })).toBe('Timeline · mosaic-main, 10:15:30 – Peerscope')
  expect(pageTitle({ ...live, picture: past, now: now + 86_400_000 })).toBe(
    'Timeline · mosaic-main, 2026-12-01 10:15:30 – Peerscope',
  )
  expect(pageTitle({ ...live, view: 'settings', picture: past })).toBe('Settings · mosaic-main – Peerscope')
})

test('a history and a file are named in place of the network', () => {
  const none = { ...live, status: { state: 'none' } } as const
  const network = { kind: 'peerscope', id: status.network.id, name: 'old' } as const
  const stored: Picture = { ...past, kind: 'stored', network, demo: true }
  expect(pageTitle({ ...none, picture: stored, played: 'Demo, 2026-12-01 10:15:30' })).toBe(
    'Timeline · Demo, 2026-12-01 10:15:30, 10:15:30 – Peerscope',
  )
  const file: Picture = { ...past, kind: 'file', title: 'a.peerscope', at: null, edgesAt: null, seq: null, madeAt: now }
  expect(pageTitle({ ...none, picture: file })).toBe('Timeline · a.peerscope – Peerscope')
  expect(pageTitle({ ...live, view: 'alerts', picture: file })).toBe('Alerts · mosaic-main – Peerscope')
})

test('without a network it names the view where that needs none', () => {
  const none = { ...live, status: { state: 'none' } } as const
  expect(pageTitle(none)).toBe('Peerscope')
  expect(pageTitle({ ...none, view: 'settings' })).toBe('Settings – Peerscope')
})

test('a name that others gave cannot hide or turn anything, nor push the rest out of the tab', () => {
  const name = `a\u202Eb${'x'.repeat(80)}`
  const title = pageTitle({ ...live, status: { ...status, network: { ...status.network, name } } })
  expect(title).not.toContain('\u202E')
  expect(title).toMatch(/^Timeline · .{40} – Peerscope$/)
})
