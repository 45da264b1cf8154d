import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesOfHex, decodeJwt, readableText } from '../../../../src/renderer/src/inspector/jwt.ts'
import { axisTop } from '../../../../src/renderer/src/inspector/rtt-axis.ts'
import { isNoise, stripOf } from '../../../../src/renderer/src/inspector/strip.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64url')
const token = (header: unknown, claims: unknown, signature = 'c2ln') =>
  Buffer.from(`${base64(JSON.stringify(header))}.${base64(JSON.stringify(claims))}.${signature}`)
const text = (value: string) => Buffer.from(value)

test('a token is read into header, claims, and the moments it is valid between', () => {
  const jwt = decodeJwt(token({ alg: 'EdDSA' }, { sub: 'ann', exp: 1_800_000_000, nbf: 1_700_000_000.5 }))
  expect(JSON.parse(jwt?.header ?? '')).toEqual({ alg: 'EdDSA' })
  expect(JSON.parse(jwt?.claims ?? '')).toMatchObject({ sub: 'ann' })
  expect(jwt).toMatchObject({ expiresAt: 1_800_000_000_000, notBefore: 1_700_000_000_500 })
  expect(decodeJwt(token({ alg: 'none' }, {}, ''))).toMatchObject({ expiresAt: null, notBefore: null })
})

test.each([
  ['no token', text('hello world')],
  ['nothing', text('')],
  ['two parts', text(`${base64('{"alg":"x"}')}.${base64('{}')}`)],
  ['parts that are no base64', text('a.b.c')],
  ['a header without an algorithm', token({ typ: 'JWT' }, {})],
  ['a header that is a list', token(['alg'], {})],
  ['claims that are a number', token({ alg: 'x' }, 7)],
  ['claims that are null', token({ alg: 'x' }, null)],
  ['claims that are no JSON', text(`${base64('{"alg":"x"}')}.${base64('{"a":')}.x`)],
  ['claims that are no UTF-8', text(`${base64('{"alg":"x"}')}._w.x`)],
  ['bytes that are no UTF-8', Uint8Array.of(0xff, 0xfe)],
  ['nesting without an end', token({ alg: 'x' }, JSON.parse(`${'['.repeat(2000)}${']'.repeat(2000)}`))],
  ['nesting that is deep', token({ alg: 'x' }, { a: JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`) })],
  ['too many bytes', token({ alg: 'x' }, { a: 'x'.repeat(10_000) })],
])('%s is no token', (_name, bytes) => {
  expect(decodeJwt(bytes)).toBeNull()
})

test.each([1e300, -1e300, 8.7e12, '1800000000', null, [1]])('%j is no moment', (exp) => {
  expect(decodeJwt(token({ alg: 'x' }, { exp }))?.expiresAt).toBeNull()
})

test('what would turn the text around or hide a part of it is shown as what it is', () => {
  const claims = decodeJwt(token({ alg: 'x' }, { sub: 'a\u202eb\u200bc\u0007\u{e0041}', ['__proto__']: 1 }))?.claims
  expect(claims).toContain('"a\\u202eb\\u200bc\\u0007\\udb40\\udc41"')
  expect(({} as { sub?: string }).sub).toBeUndefined()
  expect(readableText(text('two\nlines'))).toBe('two\nlines')
  for (const hostile of ['a\u202eb', 'a\u0000b', 'a\u200bb', '\u001b[2J'])
    expect(readableText(text(hostile))).toBeNull()
})

test('no bytes throw, and what is shown of them has no hidden signs', () => {
  // Arabic, Syriac and Kaithi signs are formats to Unicode, and show.
  const hidden = /(?![\t\n\r\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}])[\p{Cc}\p{Cf}]/u
  fc.assert(
    fc.property(fc.json(), fc.json(), fc.uint8Array({ maxLength: 64 }), (header, claims, bytes) => {
      const jwt = decodeJwt(text(`${base64(header)}.${base64(claims)}.x`))
      const shown = `${jwt?.header}${jwt?.claims}${readableText(bytes)}`
      return decodeJwt(bytes) === null && !hidden.test(shown)
    }),
  )
})

test('hex becomes bytes', () => {
  expect([...bytesOfHex('00ff7A')]).toEqual([0, 255, 122])
  expect([...bytesOfHex('zz')]).toEqual([])
})

test('an axis ends at a round number', () => {
  expect([0, 0.3, 1, 7, 18, 41, 230, 999, 1001].map(axisTop)).toEqual([1, 0.4, 1, 8, 20, 60, 400, 1000, 2000])
})

test('presences stand on the strip where they were, and are never too small to be seen', () => {
  const session = (id: number, from: number, to: number | null) => ({ id, peerId: peerIdAt(1), from, to, reason: null })
  const parts = stripOf([session(3, 900, null), session(2, 500, 500), session(1, 0, 100)], 1000)
  expect(parts.map(({ id, left }) => [id, left])).toEqual([
    [3, 0.9],
    [2, 0.5],
    [1, 0],
  ])
  expect(parts.map(({ width }) => width)).toEqual([0.1, 0.006, 0.1])
  for (const { left, width } of stripOf([session(1, 2000, null)], 1000)) {
    expect(left).toBeGreaterThanOrEqual(0)
    expect(left + width).toBeLessThanOrEqual(1)
  }
  const updated = {
    kind: 'PeerUpdated',
    peerId: peerIdAt(1),
    source: 'gossip',
    version: { startedAt: 0, updatedAt: 0 },
    tags: [],
    addresses: [],
  } as const
  expect(isNoise({ seq: 1, at: 0, event: { ...updated, changed: [] } })).toBe(true)
  expect(isNoise({ seq: 1, at: 0, event: { ...updated, changed: ['tags'] } })).toBe(false)
})
