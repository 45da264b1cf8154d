import { describe, expect, it } from 'vitest'
import { Cancelled, InvalidSecretKey } from '../../src/shared/errors.ts'
import type { SignatureClaim } from '../../src/main/discovery/ports.ts'
import { RIGS } from './rigs.ts'
import { forever, steps } from './steps.ts'

const SECRET = new Uint8Array(32).fill(1)
const MESSAGE = new Uint8Array(32).fill(2)

describe.each(RIGS)('signatures on %s', (_name, makeRig) => {
  const { rig, failure } = steps(makeRig)

  it('are the same for the same secret and message, on every node', async () => {
    const [one, two] = [(await rig().node()).signatures, (await rig().node()).signatures]
    const publicKey = one.publicKey(SECRET)
    const signature = one.sign(SECRET, MESSAGE)
    expect([publicKey.length, signature.length]).toEqual([32, 64])
    expect(two.publicKey(SECRET)).toEqual(publicKey)
    expect(two.sign(SECRET, MESSAGE)).toEqual(signature)
    expect(two.verify({ publicKey, message: MESSAGE, signature })).toBe(true)
  })

  it('are as those of the node: its id is the key of its secret', async () => {
    const [{ node, signatures }, other] = [await rig().node(SECRET), await rig().node(new Uint8Array(32).fill(3))]
    expect((await rig().node(SECRET)).node.peerId).toBe(node.peerId)
    expect(other.node.peerId).not.toBe(node.peerId)
    expect(signatures.publicKey(SECRET)).not.toEqual(signatures.publicKey(new Uint8Array(32).fill(3)))
  })

  it('[EN4] get one verdict, whichever method is asked and wherever a bit is wrong, in the order of the claims', async () => {
    const { signatures } = await rig().node()
    const publicKey = signatures.publicKey(SECRET)
    const good: SignatureClaim = { publicKey, message: MESSAGE, signature: signatures.sign(SECRET, MESSAGE) }
    const turned = (bytes: Uint8Array, at: number): Uint8Array =>
      bytes.map((byte, index) => (index === at ? byte ^ 1 : byte))
    const claims = Array.from({ length: 32 }, (_, at): readonly SignatureClaim[] => [
      good,
      { ...good, message: turned(MESSAGE, at) },
      { ...good, publicKey: turned(publicKey, at) },
      { ...good, signature: turned(good.signature, at) },
      { ...good, signature: turned(good.signature, at + 32) },
    ]).flat()
    const expected = claims.map((_, index) => index % 5 === 0)
    expect(claims.map((claim) => signatures.verify(claim))).toEqual(expected)
    expect(await signatures.verifyAll(claims, forever())).toEqual(expected)
    expect(await signatures.verifyAll(claims.toReversed(), forever())).toEqual(expected.toReversed())
  })

  it('of another length than 64, or for a key of another length than 32, do not hold and are no error', async () => {
    const { signatures } = await rig().node()
    const good = {
      publicKey: signatures.publicKey(SECRET),
      message: MESSAGE,
      signature: signatures.sign(SECRET, MESSAGE),
    }
    const claims = [0, 31, 33, 63].flatMap((length) => [
      { ...good, signature: new Uint8Array(length) },
      { ...good, publicKey: new Uint8Array(length) },
    ])
    expect(claims.some((claim) => signatures.verify(claim))).toBe(false)
    expect((await signatures.verifyAll(claims, forever())).some(Boolean)).toBe(false)
    expect(await signatures.verifyAll([], forever())).toEqual([])
  })

  it('of Buffers and of parts of larger memory are taken as those of plain bytes', async () => {
    const { signatures } = await rig().node()
    const whole = Buffer.concat([Buffer.alloc(7), SECRET, MESSAGE])
    const [secret, message] = [whole.subarray(7, 39), whole.subarray(39)]
    const publicKey = Buffer.from(signatures.publicKey(secret))
    const signature = Buffer.from(signatures.sign(secret, message))
    expect(Uint8Array.from(signature)).toEqual(signatures.sign(SECRET, MESSAGE))
    expect(signatures.verify({ publicKey, message, signature })).toBe(true)
    expect(whole.subarray(7)).toEqual(Buffer.concat([SECRET, MESSAGE]))
  })

  it('are refused for what is no secret, and not looked at when called off before', async () => {
    const { signatures } = await rig().node()
    for (const length of [0, 31, 33, 64]) {
      expect(() => signatures.sign(new Uint8Array(length), MESSAGE)).toThrow(InvalidSecretKey)
      expect(() => signatures.publicKey(new Uint8Array(length))).toThrow(InvalidSecretKey)
    }
    expect(await failure(signatures.verifyAll([], AbortSignal.abort()))).toBeInstanceOf(Cancelled)
  })
})
