import { expect, test } from 'vitest'
import { openSnapshot } from '../../../../src/renderer/src/snapshots/files.ts'
import { createFakeApi } from '../../../support/renderer/fake-api.ts'
import { fakeSnapshot } from '../../../support/renderer/fake-network.ts'

const signal = new AbortController().signal

test('a file is handed over whole, in parts that fit in a message, and checked', async () => {
  const { client, calls } = createFakeApi(() => fakeSnapshot(1, 0))
  const shares: number[] = []
  const bytes = new Uint8Array(1_000_000).fill(7)
  const opened = await openSnapshot(client, new File([bytes], 'a.peerscope'), (share) => shares.push(share), signal)
  expect(opened).toMatchObject({ name: 'a.peerscope', file: 'file-1', report: { ok: true } })
  const parts = calls.filter((call) => call.startsWith('put ')).map((call) => Number(call.slice(4)))
  expect(parts).toHaveLength(3)
  expect(parts.every((length) => length <= 700_000)).toBe(true)
  expect(parts.reduce((sum, length) => sum + Math.floor(length * 0.75), 0)).toBeGreaterThanOrEqual(1_000_000)
  expect(shares.at(-1)).toBe(1)
})

test('a file that cannot be checked leaves nothing behind', async () => {
  const { client, calls } = createFakeApi(() => fakeSnapshot(1, 0), {})
  const broken = {
    ...client,
    snapshots: { ...client.snapshots, verify: () => Promise.reject(new Error('no snapshot')) },
  }
  await expect(openSnapshot(broken, new File(['x'], 'b'), () => undefined, signal)).rejects.toThrow('no snapshot')
  expect(calls).toContain('drop file-1')
})
