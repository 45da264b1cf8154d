import { generateKeyPair } from '@libp2p/crypto/keys'
import { noise } from '@libp2p/noise'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { LengthPrefixedDecoder, multiaddrConnectionPair } from '@libp2p/utils'
import { describe, expect, it } from 'vitest'
import { spareErrors } from '../../../../src/main/network/libp2p/spare-errors.ts'
import { watchedNoise } from '../../../../src/main/network/libp2p/watch.ts'

/** As noise reads the lengths of its frames. */
const real = (data: { byteLength: number; getUint16?: (at: number) => number }): number => {
  if (data.byteLength < 2) throw new RangeError('too few')
  return data.getUint16?.(0) ?? 0
}

describe('the length of a frame that has not come', () => {
  it('is said by one error, of the kind that the reader looks for', () => {
    const connection = { decoder: { lengthDecoder: real } }
    spareErrors(connection)
    const said = [0, 1].map((byteLength) => {
      try {
        return connection.decoder.lengthDecoder({ byteLength })
      } catch (error) {
        return error
      }
    })
    expect(said[0]).toBeInstanceOf(RangeError)
    expect(said[1]).toBe(said[0])
    expect(connection.decoder.lengthDecoder({ byteLength: 2, getUint16: () => 7 })).toBe(7)
  })

  it.each([1, 2, 3, 5, 100])('changes no frame, in pieces of %i bytes', (size) => {
    const frames = [[1, 2, 3], [4], [5, 6, 7, 8]]
    const bytes = frames.flatMap((frame) => [0, frame.length, ...frame])
    const decoder = new LengthPrefixedDecoder({ lengthDecoder: real, encodingLength: () => 2 })
    spareErrors({ decoder })
    const read: number[][] = []
    for (let at = 0; at < bytes.length; at += size)
      for (const frame of decoder.decode(Uint8Array.from(bytes.slice(at, at + size)))) read.push([...frame.subarray()])
    expect(read).toEqual(frames)
  })

  it('is spared by the connections that noise makes', async () => {
    const side = async (): Promise<Parameters<ReturnType<typeof noise>>[0]> => {
      const privateKey = await generateKeyPair('Ed25519')
      const logger = {
        forComponent: () =>
          Object.assign(() => undefined, {
            error: () => undefined,
            trace: () => undefined,
            newScope: () => logger.forComponent(),
          }),
      }
      return { privateKey, peerId: peerIdFromPrivateKey(privateKey), logger, upgrader: {} } as never
    }
    const [ours, theirs] = [await side(), await side()]
    const watch = { began: () => undefined, ended: () => undefined, dialedSelf: () => undefined }
    const [here, there] = multiaddrConnectionPair()
    const [secured] = await Promise.all([
      watchedNoise(() => undefined, 'nobody', watch)(ours).secureOutbound(here, { skipStreamMuxerNegotiation: true }),
      noise()(theirs).secureInbound(there, { skipStreamMuxerNegotiation: true }),
    ])
    const { decoder } = secured.connection as unknown as { decoder: { lengthDecoder: typeof real } }
    const errors = [1, 2].map(() => {
      try {
        return decoder.lengthDecoder({ byteLength: 0 })
      } catch (error) {
        return error
      }
    })
    expect(errors[0]).toBeInstanceOf(RangeError)
    expect(errors[1]).toBe(errors[0])
  })
})
