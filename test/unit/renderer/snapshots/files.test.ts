import { expect, test } from 'vitest'
import type { FileStep } from '../../../../src/renderer/src/snapshots/files.ts'
import { openSnapshot } from '../../../../src/renderer/src/snapshots/files.ts'
import { createFakeApi } from '../../../support/renderer/fake-api.ts'
import { fakeSnapshot } from '../../../support/renderer/fake-network.ts'

const { signal } = new AbortController()
const unwatched = { signal, onStep: () => undefined, onHandedOver: () => undefined }

test('a file is handed over whole, in parts that fit in a message, and checked', async () => {
  const { client, calls } = createFakeApi(() => fakeSnapshot(1, 0))
  const steps: FileStep[] = []
  const bytes = new Uint8Array(1_000_000).fill(7)
  const opened = await openSnapshot(client, new File([bytes], 'a.peerscope'), {
    ...unwatched,
    onStep: (step) => steps.push(step),
  })
  expect(opened).toMatchObject({ name: 'a.peerscope', file: 'file-1', report: { ok: true } })
  const parts = calls.filter((call) => call.startsWith('put ')).map((call) => Number(call.slice(4)))
  expect(parts).toHaveLength(3)
  expect(parts.every((length) => length <= 700_000)).toBe(true)
  expect(parts.reduce((sum, length) => sum + Math.floor(length * 0.75), 0)).toBeGreaterThanOrEqual(1_000_000)
  expect(steps.map(({ step, done }) => `${step} ${done}`)).toEqual(['upload 393216', 'upload 786432', 'upload 1000000'])
})

test('a file that cannot be checked leaves nothing behind', async () => {
  const { client, calls } = createFakeApi(() => fakeSnapshot(1, 0), {})
  const broken = {
    ...client,
    snapshots: { ...client.snapshots, verify: () => Promise.reject(new Error('no snapshot')) },
  }
  await expect(openSnapshot(broken, new File(['x'], 'b'), unwatched)).rejects.toThrow('no snapshot')
  expect(calls).toContain('drop file-1')
})
