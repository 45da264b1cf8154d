import { hashes, Point, verify as nobleVerify } from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import { fromString } from 'uint8arrays'
import { describe, expect, it } from 'vitest'
import { createSignatures } from '../../../src/main/network/signatures.ts'
import { isStrict } from '../../../src/main/network/strict-ed25519.ts'
import type { SignatureClaim } from '../../../src/main/discovery/ports.ts'
import { VERIFIERS, verdictsOf } from '../../support/verifiers.ts'

hashes.sha512 = sha512

interface Vector {
  readonly what: string
  readonly good: boolean
  readonly message: string
  readonly key: string
  readonly r: string
  readonly s: string
}

/** Points that several vectors share: two of order 8 that differ in the sign of x, mixed ones, −0 as y = p − 1 with a sign. */
const SMALL = 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'
const SMALL_NEGATIVE = 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa'
const MIXED = 'f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43'
const MIXED_OTHER = 'cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d'
const PLAIN = '442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623'
const NEGATIVE_ZERO = 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff'

/** Table 6(c) of Chalkias, Garillot and Nikolaenko, "Taming the many EdDSAs" (2020), by index; verdicts are those of EN4. */
const VECTORS: readonly Vector[] = [
  {
    what: 'A and R of small order, S = 0',
    good: false,
    message: '8c93255d71dcab10e8f379c26200f3c7bd5f09d9bc3068d3ef4edeb4853022b6',
    key: SMALL_NEGATIVE,
    r: SMALL,
    s: '00'.repeat(32),
  },
  {
    what: 'A of small order, R mixed',
    good: false,
    message: '9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79',
    key: SMALL_NEGATIVE,
    r: MIXED,
    s: 'a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04',
  },
  {
    what: 'R of small order, A mixed',
    good: false,
    message: 'aebf3f2601a0c8c5d39cc7d8911642f740b78168218da8471772b35f9d35b9ab',
    key: MIXED,
    r: SMALL_NEGATIVE,
    s: '8c4bd45aecaca5b24fb97bc10ac27ac8751a7dfe1baff8b953ec9f5833ca260e',
  },
  {
    what: 'A and R mixed, both equations hold',
    good: true,
    message: '9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79',
    key: MIXED_OTHER,
    r: '9046a64750444938de19f227bb80485e92b83fdb4b6506c160484c016cc1852f',
    s: '87909e14428a7a1d62e9f22f3d3ad7802db02eb2e688b6c52fcd6648a98bd009',
  },
  {
    what: 'A and R mixed, the cofactored equation holds only',
    good: false,
    message: 'e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c',
    key: MIXED_OTHER,
    r: '160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed512',
    s: '5ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09',
  },
  {
    what: 'A mixed, cofactored only, and only where 8k is not reduced first',
    good: false,
    message: 'e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c',
    key: MIXED_OTHER,
    r: '21122a84e0b5fca4052f5b1235c80a537878b38f3142356b2c2384ebad4668b7',
    s: 'e40bc836dac0f71076f9abe3a53f9c03c1ceeeddb658d0030494ace586687405',
  },
  {
    what: 'S above the group order',
    good: false,
    message: '85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40',
    key: PLAIN,
    r: 'e96f66be976d82e60150baecff9906684aebb1ef181f67a7189ac78ea23b6c0e',
    s: '547f7690a0e2ddcd04d87dbc3490dc19b3b3052f7ff0538cb68afb369ba3a514',
  },
  {
    what: 'S above twice the group order',
    good: false,
    message: '85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40',
    key: PLAIN,
    r: '8ce5b96c8f26d0ab6c47958c9e68b937104cd36e13c33566acd2fe8d38aa1942',
    s: '7e71f98a473474f2f13f06f97c20d58cc3f54b8bd0d272f42b695dd7e89a8c22',
  },
  {
    what: 'R of small order and not canonical, hashed reduced',
    good: false,
    message: '9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41',
    key: MIXED,
    r: NEGATIVE_ZERO,
    s: '03be9678ac102edcd92b0210bb34d7428d12ffc5df5f37e359941266a4e35f0f',
  },
  {
    what: 'R of small order and not canonical, hashed as it is',
    good: false,
    message: '9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41',
    key: MIXED,
    r: NEGATIVE_ZERO,
    s: 'ca8c5b64cd208982aa38d4936621a4775aa233aa0505711d8fdcfdaa943d4908',
  },
  {
    what: 'A of small order and not canonical, hashed reduced',
    good: false,
    message: 'e96b7021eb39c1a163b6da4e3093dcd3f21387da4cc4572be588fafae23c155b',
    key: NEGATIVE_ZERO,
    r: 'a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dc',
    s: 'a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04',
  },
  {
    what: 'A of small order and not canonical, hashed as it is',
    good: false,
    message: '39a591f5321bbe07fd5a23dc2f39d025d74526615746727ceefd6e82ae65c06f',
    key: NEGATIVE_ZERO,
    r: 'a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dc',
    s: 'a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04',
  },
]

const hex = (text: string): Uint8Array => fromString(text, 'hex')
const claimOf = ({ message, key, r, s }: Vector): SignatureClaim => ({
  message: hex(message),
  publicKey: hex(key),
  signature: hex(r + s),
})

describe.each(VERIFIERS)('the published edge cases of Ed25519, by %s', (_, signatures) => {
  it.each(VECTORS.map((vector, index) => ({ ...vector, index })))(
    '[EN4] $index: $what',
    async ({ good, ...vector }) => {
      const claim = claimOf({ ...vector, good })
      expect(signatures.verify(claim)).toBe(good)
      expect(await verdictsOf(signatures, [claim])).toEqual([good])
    },
  )

  it('[EN4] get the same verdicts together, again and in the other order, beside plain signatures', async () => {
    const secret = new Uint8Array(32).fill(9)
    const message = hex('00ff')
    const plain = {
      publicKey: signatures.publicKey(secret),
      message,
      signature: signatures.sign(secret, message),
    }
    const claims = VECTORS.flatMap((vector) => [claimOf(vector), plain])
    const expected = VECTORS.flatMap(({ good }) => [good, true])
    expect(await verdictsOf(signatures, claims)).toEqual(expected)
    expect(claims.map((claim) => signatures.verify(claim))).toEqual(expected)
    expect(await verdictsOf(signatures, claims.toReversed())).toEqual(expected.toReversed())
  })

  it('[EN4] gets the same verdict for what is no signature or key', async () => {
    const [vector] = VECTORS.map(claimOf)
    const { message, publicKey, signature } = vector ?? { message: hex(''), publicKey: hex(''), signature: hex('') }
    for (const claim of [
      { message, publicKey, signature: signature.subarray(1) },
      { message, publicKey: publicKey.subarray(1), signature },
      { message, publicKey: hex(''), signature: hex('') },
    ]) {
      expect(signatures.verify(claim)).toBe(false)
      expect(await verdictsOf(signatures, [claim])).toEqual([false])
    }
  })
})

describe('the published edge cases of Ed25519', () => {
  it('[EN4] are refused by their form alone, whatever the OpenSSL or BoringSSL at hand says of the equation', () => {
    const wellFormed = [...VECTORS.keys()].filter((index) =>
      VECTORS.slice(index, index + 1)
        .map(claimOf)
        .every(isStrict),
    )
    expect(wellFormed).toEqual([3, 4, 5])
  })

  it('[EN4] are edge cases: verifiers by the rules of ZIP 215 take some of those that are refused here', () => {
    const taken = VECTORS.filter((vector) => {
      const { signature, message, publicKey } = claimOf(vector)
      return nobleVerify(signature, message, publicKey, { zip215: true })
    })
    expect(taken.filter(({ good }) => !good).length).toBeGreaterThan(4)
  })
})

describe('points of small order', () => {
  it('[EN4] are all eight known, computed by another implementation of the curve', () => {
    const generator = Point.fromBytes(hex(SMALL))
    const signature = createSignatures().sign(new Uint8Array(32).fill(9), hex('00'))
    const encodings = new Set<string>()
    for (let point = Point.ZERO, times = 0; times < 8; point = point.add(generator), times += 1) {
      const publicKey = point.toBytes()
      encodings.add(point.toHex())
      expect(isStrict({ publicKey, message: hex('00'), signature })).toBe(false)
    }
    expect(encodings.size).toBe(8)
    expect(isStrict({ publicKey: Point.BASE.toBytes(), message: hex('00'), signature })).toBe(true)
  })
})
