import { expect, test } from 'vitest'
import { Pending } from '../../../../src/renderer/src/graph/pending.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

test('at first everything is pending, then what was touched, each once', () => {
  const pending = new Pending()
  expect(pending.any).toBe(true)
  pending.add({ peers: [peerIdAt(1)], edges: [] })
  expect(pending.take()).toBeNull()
  expect(pending.any).toBe(false)
  pending.add({ peers: [], edges: [] })
  expect(pending.any).toBe(false)
  pending.add({ peers: [peerIdAt(1)], edges: ['one'] })
  pending.add({ peers: [peerIdAt(1), peerIdAt(2)], edges: ['two'] })
  expect(pending.any).toBe(true)
  expect(pending.take()).toEqual({ peers: new Set([peerIdAt(1), peerIdAt(2)]), edges: new Set(['one', 'two']) })
  expect(pending.take()).toEqual({ peers: new Set(), edges: new Set() })
})

test('once everything is pending, nothing more is collected', () => {
  const pending = new Pending()
  pending.take()
  pending.add({ peers: [peerIdAt(1)], edges: [] })
  pending.add(null)
  pending.add({ peers: [peerIdAt(2)], edges: [] })
  expect(pending.take()).toBeNull()
  expect(pending.take()).toEqual({ peers: new Set(), edges: new Set() })
})
