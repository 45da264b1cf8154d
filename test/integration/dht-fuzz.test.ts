import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { mainlineNode, privateDht } from './dht-private.ts'

const FUZZ = new URL('../fuzz/dht.ts', import.meta.url).pathname

describe('malformed packets at the DHT socket', () => {
  // In a process of its own: the worst that they can do is to keep it busy for ever.
  it('[DH9, BD1] 3,000 of them: no crash, no leak, and it still reads and writes', async () => {
    const args = [FUZZ, '--packets', '3000', '--seed', '7']
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 55_000 })
    const report = JSON.parse(stdout) as {
      ok: boolean
      counts: { received: number; dropped: number; stumbled: number }
    }
    expect(report.ok).toBe(true)
    expect(report.counts.received).toBeGreaterThan(1000)
    expect(report.counts.dropped).toBeGreaterThan(500)
  })

  it('[DH9] whoever writes under many ids from one place is one contact', async () => {
    await using network = await privateDht(1)
    const node = mainlineNode(network.endpoints)
    const socket = createSocket('udp4')
    try {
      await node.start(new AbortController().signal)
      const before = node.counts()?.received ?? 0
      for (let index = 10; index < 60; index += 1) {
        const ping = `d1:ad2:id20:abcdefghij01234567${index}e1:q4:ping1:t2:aa1:y1:qe`
        socket.send(ping, node.address()?.port ?? 0, '127.0.0.1')
      }
      await expect.poll(() => node.counts()?.received ?? 0, { timeout: 10_000 }).toBeGreaterThanOrEqual(before + 50)
      expect(node.nodes().filter(({ port }) => port === socket.address().port)).toHaveLength(1)
      expect(await node.get(new Uint8Array(32).fill(9), new AbortController().signal)).toBeNull()
    } finally {
      await new Promise<void>((resolve) => socket.close(resolve))
      await node.stop()
    }
  })

  it('[DH9, BD1] those that keep the library busy for ever are dropped before it sees them', async () => {
    await using network = await privateDht(1)
    const node = mainlineNode(network.endpoints)
    const socket = createSocket('udp4')
    try {
      await node.start(new AbortController().signal)
      const before = node.counts()?.dropped ?? 0
      const deadly = ['l-3:e', 'd1:al-3:ee', 'd-1:ae', '']
      for (const text of deadly) socket.send(text, node.address()?.port ?? 0, '127.0.0.1')
      await expect.poll(() => node.counts()?.dropped, { timeout: 10_000 }).toBe(before + deadly.length)
      expect(await node.get(new Uint8Array(32).fill(9), new AbortController().signal)).toBeNull()
    } finally {
      await new Promise<void>((resolve) => socket.close(resolve))
      await node.stop()
    }
  })
})
