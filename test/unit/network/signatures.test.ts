import type crypto from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Point, sign as nobleSign, verify as nobleVerify } from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import { describe, expect, it, vi } from 'vitest'
import { Cancelled, InvalidSecretKey } from '../../../src/shared/errors.ts'
import { createSignatures } from '../../../src/main/network/signatures.ts'
import { isStrict } from '../../../src/main/network/strict-ed25519.ts'
import type { SignatureClaim } from '../../../src/main/discovery/ports.ts'
import type { LateVerifier, SodiumAddon } from '../../../src/main/network/sodium.ts'
import { libsodium, verifierOf } from '../../../src/main/network/sodium.ts'
import { VERIFIERS, verdictsOf } from '../../support/verifiers.ts'

const signatures = createSignatures()
const P = (1n << 255n) - 19n
const L = (1n << 252n) + 27742317777372353535851937790883648493n
const SECRET = new Uint8Array(32).fill(42)
const MESSAGE = new Uint8Array(32).fill(1)

function encode(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn))
}

function decode(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
}

function join(r: Uint8Array, s: Uint8Array): Uint8Array {
  return Uint8Array.from([...r, ...s])
}

const good: SignatureClaim = {
  publicKey: signatures.publicKey(SECRET),
  message: MESSAGE,
  signature: signatures.sign(SECRET, MESSAGE),
}
const [r, s] = [good.signature.subarray(0, 32), good.signature.subarray(32)]
const SIGN = 1n << 255n
/** The y coordinates of the points whose order divides eight. */
const ORDER_8 = [
  2707385501144840649318225287225658788936804267575313519463743609750303402022n,
  55188659117513257062467267217118295137698188065244968500265048394206261417927n,
]
const smallOrder = [0n, 1n, P - 1n, ...ORDER_8].flatMap((y) => [encode(y), encode(y | SIGN)])
/** Encodings of y that are not below the prime: each is another name for a small y. */
const nonCanonical = [P, P + 1n, P + 2n, P + 18n].flatMap((y) => [encode(y), encode(y | SIGN)])

/** One by one and together, as all verifiers say. */
async function verdicts(claims: readonly SignatureClaim[]): Promise<readonly (readonly [boolean, boolean])[]> {
  const [first = [], ...others] = await Promise.all(
    VERIFIERS.map(async ([, verifier]) => {
      const many = await verdictsOf(verifier, claims)
      return claims.map((claim, index) => [verifier.verify(claim), many[index] ?? false] as const)
    }),
  )
  for (const other of others) expect(other).toEqual(first)
  return first
}

it('makes the public key of who signs once, whatever other keys are made', () => {
  const made = vi.spyOn(Point.prototype, 'multiply')
  try {
    const own = createSignatures()
    own.sign(SECRET, MESSAGE)
    const key = own.publicKey(SECRET)
    own.publicKey(new Uint8Array(32).fill(7))
    made.mockClear()
    own.sign(SECRET, MESSAGE)
    const again = own.publicKey(SECRET)
    expect(again).toEqual(key)
    expect(made).not.toHaveBeenCalled()
    // Who gets it may do with it what they like.
    again.fill(0)
    expect(own.publicKey(SECRET)).toEqual(key)
  } finally {
    made.mockRestore()
  }
})

it('signs as noble does, whichever secret signed before', () => {
  for (const fill of [1, 1, 2, 255, 1]) {
    const secret = new Uint8Array(32).fill(fill)
    for (const length of [0, 1, 64, 1000]) {
      const message = new Uint8Array(length).fill(length)
      const signature = signatures.sign(secret, message)
      expect(signature).toEqual(nobleSign(message, secret))
      // A view of a pool would let others see, and change, what lies beside it.
      expect(signature.buffer.byteLength).toBe(64)
    }
  }
})

it('leaves a secret that is changed afterwards alone', () => {
  const secret = new Uint8Array(32).fill(3)
  const before = signatures.sign(secret, MESSAGE)
  secret.fill(4)
  expect(signatures.sign(secret, MESSAGE)).not.toEqual(before)
  secret.fill(3)
  expect(signatures.sign(secret, MESSAGE)).toEqual(before)
})

describe('one verdict for unusual signatures', () => {
  it('[EN4] a plain signature holds, by noble and OpenSSL alike', async () => {
    expect(await verdicts([good])).toEqual([[true, true]])
    expect(nobleVerify(good.signature, good.message, good.publicKey)).toBe(true)
  })

  it('[EN4] with S not below the group order it does not: it would be a second signature of the same message', async () => {
    const claims = [1n, 2n, 7n].map((times) => ({ ...good, signature: join(r, encode(decode(s) + times * L)) }))
    expect(await verdicts(claims)).toEqual(claims.map(() => [false, false]))
  })

  it('[EN4] with a key of small order it does not: such a key would have signed any message', async () => {
    // Sixteen keys with R of small order and S = 0; under the lenient rules of ZIP 215 several of them hold.
    const claims = smallOrder.flatMap((publicKey) =>
      smallOrder.map((point) => ({ publicKey, message: MESSAGE, signature: join(point, new Uint8Array(32)) })),
    )
    const lenient = claims.filter(({ publicKey, message, signature }) =>
      nobleVerify(signature, message, publicKey, { zip215: true }),
    )
    expect(lenient.length).toBeGreaterThan(0)
    expect((await verdicts(claims)).flat().some(Boolean)).toBe(false)
  })

  it('[EN4] with R of small order, or not canonical, it does not', async () => {
    const claims = [...smallOrder, ...nonCanonical].map((point) => ({ ...good, signature: join(point, s) }))
    expect((await verdicts(claims)).flat().some(Boolean)).toBe(false)
  })

  it('[EN4] with a key that is not canonical it does not', async () => {
    const claims = nonCanonical.map((publicKey) => ({ ...good, publicKey }))
    expect((await verdicts(claims)).flat().some(Boolean)).toBe(false)
  })

  it('[EN4] with the key or R not canonical it is refused by its form alone', () => {
    for (const point of nonCanonical) {
      expect(isStrict({ ...good, publicKey: point })).toBe(false)
      expect(isStrict({ ...good, signature: join(point, s) })).toBe(false)
    }
  })

  it('[EN4] with R of order one it does not, though its maker knows the key and the equation holds', async () => {
    // S = h·a with R the neutral point: S·B − h·A is R, whatever is signed.
    const hashed = sha512(SECRET).slice(0, 32)
    hashed[0] = (hashed[0] ?? 0) & 248
    hashed[31] = ((hashed[31] ?? 0) & 63) | 64
    const neutral = encode(1n)
    const h = decode(sha512(Uint8Array.from([...neutral, ...good.publicKey, ...MESSAGE]))) % L
    const made = { ...good, signature: join(neutral, encode((h * decode(hashed)) % L)) }
    expect(nobleVerify(made.signature, made.message, made.publicKey, { zip215: true })).toBe(true)
    expect(await verdicts([made])).toEqual([[false, false]])
  })

  it('[EN4] whatever OpenSSL says of the equation, one by one and in the pool', async () => {
    vi.resetModules()
    vi.doMock('node:crypto', async (original) => ({
      ...(await original<typeof crypto>()),
      verify: (...[, , , , done]: readonly unknown[]) =>
        typeof done === 'function' ? void done(null, true) : done === undefined,
    }))
    try {
      const lenient = (await import('../../../src/main/network/signatures.ts')).createSignatures()
      const bad = { ...good, signature: join(r, encode(decode(s) + L)) }
      expect([lenient.verify(good), lenient.verify(bad)]).toEqual([true, false])
      expect(await lenient.verifyAll([good, bad], new AbortController().signal)).toEqual([true, false])
    } finally {
      vi.doUnmock('node:crypto')
      vi.resetModules()
    }
  })

  it('[EN4] with a bit turned anywhere it does not', async () => {
    const claims = Array.from({ length: 64 * 8 }, (_, bit) => {
      const signature = Uint8Array.from(good.signature)
      signature[bit >> 3] = (signature[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      return { ...good, signature }
    })
    expect((await verdicts(claims)).flat().some(Boolean)).toBe(false)
  })

  it('[EN4] of a wrong length, key or signature, it does not', async () => {
    const claims = [0, 1, 31, 33, 64].map((length) => ({ ...good, publicKey: new Uint8Array(length) }))
    const others = [0, 32, 63, 65, 128].map((length) => ({ ...good, signature: new Uint8Array(length) }))
    expect((await verdicts([...claims, ...others])).flat().some(Boolean)).toBe(false)
  })

  it('does not change what it is given, Buffers included', () => {
    const publicKey = Buffer.from(good.publicKey)
    const signature = Buffer.from(good.signature)
    signatures.verify({ publicKey, message: MESSAGE, signature })
    expect([publicKey.equals(good.publicKey), signature.equals(good.signature)]).toEqual([true, true])
  })
})

describe('libsodium', () => {
  const addon = (answer: (length: number) => boolean): SodiumAddon => ({
    crypto_sign_verify_detached: (...parts) => answer(parts[2]),
  })

  it.each([
    ['takes every signature', () => true],
    ['takes none', () => false],
  ])('is not used where its addon %s', (_, answer) => {
    expect(verifierOf(addon(answer))).toBeNull()
  })

  it('is of one version: of its package a part is used that may change with any other', () => {
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      dependencies: Readonly<Record<string, string>>
    }
    expect(dependencies['sodium-native']).toMatch(/^\d+\.\d+\.\d+$/)
  })

  it('is asked for no signature or key of another length: it would read beyond their ends', () => {
    libsodium.load()
    const { verify } = libsodium
    if (verify === null) throw new Error('there is a build for this machine')
    const { signature, message, publicKey } = good
    expect(verify(signature, message, publicKey)).toBe(true)
    expect(() => verify(signature.subarray(1), message, publicKey)).toThrow(RangeError)
    expect(() => verify(signature, message, publicKey.subarray(1))).toThrow(RangeError)
  })
})

describe('many signatures', () => {
  it.each(VERIFIERS)(
    '[SY5] come back in their order, and stop when they are called off, by %s',
    async (_, signatures) => {
      const claims = Array.from({ length: 200 }, (_, index) =>
        index % 3 === 0 ? { ...good, message: Uint8Array.of(index) } : good,
      )
      const signal = new AbortController()
      expect(await signatures.verifyAll(claims, signal.signal)).toEqual(claims.map((_, index) => index % 3 !== 0))
      const called = signatures.verifyAll(claims, signal.signal)
      signal.abort()
      await expect(called).rejects.toBeInstanceOf(Cancelled)
    },
  )

  it('[SY5] give others a turn after each 64 of them, however many verify at once', async () => {
    let verified = 0
    const verify = (): boolean => {
      verified += 1
      return true
    }
    const claims = Array.from({ length: 100 }, () => good)
    const verifier = createSignatures({ verify, load: () => undefined }, null)
    const all = Promise.all([1, 2, 3].map(() => verifier.verifyAll(claims, new AbortController().signal)))
    const seen: number[] = []
    for (let turns = 0; turns < 12; turns += 1) {
      const before = verified
      await new Promise(setImmediate)
      seen.push(verified - before)
    }
    await all
    expect(Math.max(...seen)).toBeLessThanOrEqual(64)
    expect(verified).toBe(300)
  })

  it.each([
    [15, false],
    [16, true],
  ])('of %i at once libsodium is loaded, and verifies them: %s', async (count, loads) => {
    let loaded = false
    const fast: LateVerifier & { verify: LateVerifier['verify'] } = {
      verify: null,
      load: () => {
        loaded = true
        fast.verify = () => true
      },
    }
    const claims = Array.from({ length: count }, () => ({ ...good, message: Uint8Array.of(1) }))
    const said = await createSignatures(fast, null).verifyAll(claims, new AbortController().signal)
    expect([loaded, said.every(Boolean)]).toEqual([loads, loads])
  })

  it('one alone in the pool is Cancelled when it is called off under way', async () => {
    const controller = new AbortController()
    const pool = createSignatures({ verify: null, load: () => undefined }, null)
    const verifying = pool.verifyAll([good], controller.signal)
    controller.abort()
    await expect(verifying).rejects.toBeInstanceOf(Cancelled)
  })

  it('one by one libsodium is loaded with the sixteenth, once', () => {
    let loaded = 0
    const signatures = createSignatures({ verify: null, load: () => void (loaded += 1) }, null)
    const loads = Array.from({ length: 100 }, () => {
      signatures.verify(good)
      return loaded
    })
    expect([loads.indexOf(1), loads.at(-1)]).toEqual([15, 1])
  })

  it('a secret that is none is refused', () => {
    expect(() => signatures.sign(new Uint8Array(31), MESSAGE)).toThrow(InvalidSecretKey)
    expect(() => signatures.publicKey(new Uint8Array(33))).toThrow(InvalidSecretKey)
  })
})
