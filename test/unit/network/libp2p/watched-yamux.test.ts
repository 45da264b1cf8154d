import type { StreamMuxer } from '@libp2p/interface'
import { multiaddrConnectionPair } from '@libp2p/utils'
import { yamux } from '@libp2p/yamux'
import { describe, expect, it } from 'vitest'
import { concat } from 'uint8arrays'
import { watchedYamux } from '../../../../src/main/network/libp2p/watched-yamux.ts'

describe('a stream of yamux', () => {
  const muxerOf = (connection: ReturnType<typeof multiaddrConnectionPair>[0]): StreamMuxer =>
    watchedYamux(64, () => undefined, {
      add: () => ({ heard: () => undefined, over: () => undefined }),
    })().createStreamMuxer(connection)

  it('tells what was read once that is half of what may be sent, and any number of bytes gets through', async () => {
    const [here, there] = multiaddrConnectionPair()
    const [asker, answerer] = [muxerOf(here), muxerOf(there)]
    let [read, told] = [0, 0]
    let goal = { bytes: 0, reached: (): void => undefined }
    here.addEventListener('message', ({ data }) => {
      // Nothing comes back but window updates, frames whose second byte is 1.
      if (data.subarray()[1] === 1) told += 1
    })
    answerer.addEventListener('stream', ({ detail: stream }) => {
      stream.addEventListener('message', ({ data }) => {
        read += data.byteLength
        if (read >= goal.bytes) goal.reached()
      })
    })
    const stream = await asker.createStream()
    const message = concat([Uint8Array.of(0xff, 0x07), new Uint8Array(1023)])
    let sent = 0
    const send = async (count: number): Promise<void> => {
      sent += count * message.length
      const reached = new Promise<void>((resolve) => {
        goal = { bytes: sent, reached: resolve }
      })
      for (let index = 0; index < count; index += 1) {
        const drained = new Promise((resolve) => stream.addEventListener('drain', resolve, { once: true }))
        if (!stream.send(message)) await drained
      }
      await reached
    }
    // The first frame is answered: by that the stream is open.
    await send(1)
    await send(100)
    expect(told).toBe(1)
    // 128 KiB are half of it at first.
    await send(600)
    expect(told).toBeGreaterThan(3)
    expect(told).toBeLessThanOrEqual(2 + (701 * message.length) / (128 * 1024))
  })

  it.each([
    ['as ours is', muxerOf],
    ['as libp2p has it', (connection: Parameters<typeof muxerOf>[0]) => yamux()().createStreamMuxer(connection)],
  ])('gets all across to a reader that pauses, from a side %s', async (_, muxerThere) => {
    const [here, there] = multiaddrConnectionPair()
    const [sender, reader] = [muxerThere(here), muxerOf(there)]
    const total = 1000 * 1024
    let [read, paused] = [0, 0]
    const all = new Promise<void>((resolve) => {
      reader.addEventListener('stream', ({ detail: stream }) => {
        stream.addEventListener('message', ({ data }) => {
          read += data.byteLength
          if (read >= total) resolve()
          if (Math.floor(read / 200_000) <= paused) return
          paused += 1
          stream.pause()
          setImmediate(() => stream.resume())
        })
      })
    })
    const stream = await sender.createStream()
    for (let sent = 0; sent < total; sent += 1024) {
      const drained = new Promise((resolve) => stream.addEventListener('drain', resolve, { once: true }))
      if (!stream.send(concat([Uint8Array.of(0xfe, 0x07), new Uint8Array(1022)]))) await drained
    }
    await all
    expect(paused).toBeGreaterThan(3)
  })

  it('[BD6] ends where its connection broke before it was opened, and throws nothing that nobody catches', () => {
    interface Stream {
      readonly status: string
      sendWindowUpdate(): void
    }
    const [connection] = multiaddrConnectionPair()
    const made = watchedYamux(64, () => undefined, {
      add: () => ({ heard: () => undefined, over: () => undefined }),
    })().createStreamMuxer(connection)
    const muxer = made as typeof made & { onCreateStream(): Stream }
    connection.abort(new Error('the other side hung up'))
    // The muxer does so in a microtask.
    const stream = muxer.onCreateStream()
    expect(() => stream.sendWindowUpdate()).not.toThrow()
    expect(stream.status).toBe('aborted')
  })
})
