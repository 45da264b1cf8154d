import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import type { TableCosts } from '../../support/key-tables.ts'

it('a host has the tables for keys before it serves anyone, and a command that only prints never builds them', async () => {
  const thread = new Worker(new URL('../../support/key-tables.ts', import.meta.url))
  try {
    const [costs] = (await once(thread, 'message')) as [TableCosts]
    expect(costs).toEqual({ help: 0, host: expect.any(Number), first: 0, join: 0 })
    expect(costs.host).toBeGreaterThan(0)
  } finally {
    await thread.terminate()
  }
})
