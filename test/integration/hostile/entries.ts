/** Signatures that do not hold, and entries and goodbyes that are signed well and break a rule. */
import { expect } from 'vitest'
import { fromString } from 'uint8arrays'
import { ENTRY_LIMITS } from '../../../src/main/discovery/limits.ts'
import { ownBuffer } from '../../../src/main/discovery/base/bytes.ts'
import type { Entry } from '../../../src/main/discovery/dialects/peerscope/wire/generated/discovery.js'
import { SyncAnswer, SyncRequest } from '../../../src/main/discovery/dialects/peerscope/wire/generated/sync.js'
import { idBytes, networkIdFrom, peerIdOf, publicKeyOf } from '../../../src/shared/ids.ts'
import { announcement, secret, signatures } from './attacker.ts'
import type { Attacker, RawEntry } from './attacker.ts'
import { noiseBytes } from './bytes.ts'
import type { Attack, Stage } from './stage.ts'
import { USELESS } from './stage.ts'

const hex = (text: string): Uint8Array<ArrayBuffer> => ownBuffer(fromString(text, 'hex'))

/** Offers one entry by sync, as the side that begins. @returns what came after the page, null where the stream ended */
async function offer(
  attacker: Attacker,
  raw: RawEntry,
  publicKey: Uint8Array,
  updatedAt: number,
): Promise<Uint8Array | null> {
  const wire = await attacker.open(attacker.ids.sync)
  if (wire === null) throw new Error('no sync')
  const items = [{ publicKey: ownBuffer(publicKey), startedAt: attacker.startedAt, updatedAt }]
  await wire.say(SyncRequest.encode({ offer: { items } }))
  const answer = await wire.hear()
  if (answer === null) return null
  expect(SyncAnswer.decode(answer).want?.publicKeys).toHaveLength(1)
  await wire.say(SyncRequest.encode({ page: { entries: [raw.entry], signatures: [raw.signature] } }))
  return await wire.hear()
}

/** The eight points of small order, and encodings of some that are not canonical (y + p, or −0). */
const SMALL_ORDER = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  '0100000000000000000000000000000000000000000000000000000000000080',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
]
/** The order of the base point, little-endian. */
const GROUP_ORDER = (1n << 252n) + 27742317777372353535851937790883648493n

/** The same signature with the group order added to S: it holds where S is not looked at. */
function malleated(signature: Uint8Array): Uint8Array<ArrayBuffer> {
  const s = signature.subarray(32).reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n) + GROUP_ORDER
  const bytes = Uint8Array.from(signature)
  for (let index = 0; index < 32; index += 1) bytes[32 + index] = Number((s >> BigInt(8 * index)) & 0xffn)
  return bytes
}

/** Each has the fields of an entry over one limit, and the name of the limit. */
function overLimits(): readonly (readonly [string, Partial<Entry>])[] {
  const texts = (count: number, of: (index: number) => string): string[] =>
    Array.from({ length: count }, (_, index) => of(index)).toSorted()
  const ids = (count: number): Uint8Array<ArrayBuffer>[] =>
    Array.from({ length: count }, (_, index) => {
      const id = new Uint8Array(32)
      new DataView(id.buffer).setUint32(0, index)
      return id
    })
  const L = ENTRY_LIMITS
  const tickets = (count: number, bytes: number): Entry['tickets'] =>
    ids(count).map((id) => ({ class: id, data: ownBuffer(noiseBytes(bytes)) }))
  return [
    ['addresses', { addresses: texts(L.addresses + 1, (index) => `/ip4/192.0.2.${index}/tcp/1`) }],
    ['bytes an address', { addresses: [`/dns4/${'a'.repeat(L.addressBytes)}/tcp/1`] }],
    ['tags', { tags: texts(L.tags + 1, (index) => `tag:${index}`) }],
    ['bytes a tag', { tags: ['é'.repeat(L.tagBytes / 2 + 1)] }],
    ['streams', { streams: ids(L.streams + 1) }],
    ['groups', { groups: ids(L.groups + 1) }],
    ['tickets', { tickets: tickets(L.tickets + 1, 4) }],
    ['bytes a ticket', { tickets: tickets(1, L.ticketBytes + 1) }],
    ['bytes an entry', { tickets: tickets(4, 4040) }],
    ['bytes a protocol version', { protocolVersion: `1.0.0-${'a'.repeat(L.protocolVersionBytes)}` }],
  ]
}

export const ENTRIES: readonly Attack[] = [
  {
    name: '[AN4, EN4] bad and borrowed signatures, by gossip and by sync',
    run: async (stage) => {
      const attacker = await stage.attacker()
      const other = secret()
      const [mine, theirs] = [attacker.entry(), attacker.entry({}, other)]
      const flipped = Uint8Array.from(mine.signature)
      flipped[40] = (flipped[40] ?? 0) ^ 1
      const bad: RawEntry[] = [
        { entry: mine.entry, signature: theirs.signature },
        { entry: mine.entry, signature: flipped },
        { entry: mine.entry, signature: new Uint8Array(64) },
        { entry: mine.entry, signature: new Uint8Array(63) },
        { entry: mine.entry, signature: new Uint8Array(0) },
        // Signed well, but as a goodbye.
        attacker.entry({}, attacker.secret, 'peerscope/departure/1'),
        // Another's key in the entry, our own signature.
        attacker.entry({ publicKey: ownBuffer(signatures.publicKey(other)) }),
      ]
      await attacker.publish(bad.map((raw) => announcement(raw)))
      for (const raw of bad.slice(0, 3))
        expect(await offer(attacker, raw, signatures.publicKey(attacker.secret), Date.now())).toBeNull()
      const verdict = await stage.expectRefused({ BadSignature: bad.length, SyncSyncFailed: 3 })
      expect(await stage.knows(attacker.peerId)).toBe(false)
      return verdict
    },
  },
  {
    name: '[EN4] keys and signatures of small order, not canonical and malleated: one verdict on both paths',
    run: async (stage) => {
      const paths = await stage.attacker()
      const forged = SMALL_ORDER.flatMap((point) =>
        // R = the point, S = 0 under A = the point: for A = 1 that holds for every message where nobody looks closer.
        [point, SMALL_ORDER[0] ?? ''].map((r) => ({ point, signature: hex(r + '00'.repeat(32)) })),
      )
      for (let from = 0; from < forged.length; from += 14) {
        const attacker = await stage.attacker()
        await attacker.publish(
          forged.slice(from, from + 14).map(({ point, signature }, repeat) => {
            const { entry } = attacker.entry({ publicKey: hex(point) })
            return announcement({ entry, signature }, repeat)
          }),
        )
      }
      const own = paths.entry()
      await paths.publish([announcement({ ...own, signature: malleated(own.signature) })])
      const verdict = await stage.expectRefused({ BadSignature: forged.length + 1 })
      // Beginning a sync is limited to 10 at once: the ones that say most.
      for (const point of SMALL_ORDER.slice(0, 6)) {
        const { entry } = paths.entry({ publicKey: hex(point) })
        const signature = hex((SMALL_ORDER[0] ?? '') + '00'.repeat(32))
        expect(await offer(paths, { entry, signature }, hex(point), Date.now())).toBeNull()
      }
      const again = { entry: own.entry, signature: malleated(own.signature) }
      expect(await offer(paths, again, signatures.publicKey(paths.secret), Date.now())).toBeNull()
      return `${verdict}, ${await stage.expectRefused({ SyncSyncFailed: 7 })}`
    },
  },
  {
    name: '[CT5, AN4] old entries of honest peers, replayed',
    run: async (stage) => {
      const { network } = stage
      const other = network.other()
      const attacker = await stage.attacker()
      const { bytes, signature } = await network.call('entry', other.index)
      // A version that is newer for sure, and known to all, before the old one comes back.
      await network.call('addTag', other.index, 'honest:changed')
      const current = async (): Promise<boolean> =>
        (await network.look()).peers.some(
          ({ peerId, tags }) => peerId === other.peerId && tags.includes('honest:changed'),
        )
      for (let tries = 0; !(await current()) && tries < 200; tries += 1)
        await new Promise((resolve) => setTimeout(resolve, 20))
      expect(await current()).toBe(true)
      const raw = { entry: hex(bytes), signature: hex(signature) }
      await attacker.publish(Array.from({ length: 200 }, (_, repeat) => announcement(raw, repeat)))
      // One of them may have gone round as it is.
      const verdict = await stage.expectRefused({ Rejected: 195 })
      expect(await current()).toBe(true)
      return `${verdict}; ignored, not passed on`
    },
  },
  {
    name: '[WK7, AN5] goodbyes: replayed, late, of others, as entries',
    run: async (stage) => {
      const attacker = await stage.attacker()
      const tags = [USELESS]
      const born = Date.now()
      await attacker.publish([announcement(attacker.entry({ tags, updatedAt: born }))])
      await waitFor(stage, attacker, true)
      const goodbye = attacker.goodbye({ updatedAt: born })
      await attacker.publish([goodbye])
      await waitFor(stage, attacker, false)
      // Back with a newer version; the old goodbye again, in a message that the mesh has not seen.
      await attacker.publish([announcement(attacker.entry({ tags, updatedAt: born + 1 }))])
      await waitFor(stage, attacker, true)
      await attacker.publish([Uint8Array.from([...goodbye, 0x18, 9])])
      const others = stage.network.nodes.filter(({ index }) => index !== stage.network.victim.index)
      const honest = others.map(({ peerId }) => ownBuffer(publicKeyOf(peerId)))
      const fields = { startedAt: born, updatedAt: born + 1 }
      await attacker.publish([
        attacker.goodbye({ ...fields, timestamp: born - 60_000 }),
        attacker.goodbye({ ...fields, timestamp: born + 60_000 }),
        ...honest.map((publicKey) => attacker.goodbye({ publicKey, updatedAt: Date.now() + 1000 })),
      ])
      const verdict = await stage.expectRefused({ Departure: 3, BadSignature: honest.length })
      expect(await stage.knows(attacker.peerId)).toBe(true)
      for (const { peerId } of stage.network.nodes) expect(await stage.knows(peerId)).toBe(true)
      await attacker.publish([attacker.goodbye({ updatedAt: born + 1 })])
      await waitFor(stage, attacker, false)
      return `${verdict}; nobody removed`
    },
  },
  {
    name: '[CT6, CT4, AN4] versions from the future and the past, and of another network',
    run: async (stage) => {
      const attacker = await stage.attacker()
      const now = Date.now()
      const raws = [
        attacker.entry({ updatedAt: now + 60_000 }),
        attacker.entry({ updatedAt: 253_402_300_799_999 }),
        attacker.entry({ updatedAt: now - 60_000 }),
        attacker.entry({ updatedAt: 0 }),
        attacker.entry({ networkId: ownBuffer(idBytes(networkIdFrom('another'))) }),
        attacker.entry({ updatedAt: 253_402_300_800_000 }),
        attacker.entry({ startedAt: Number.MAX_SAFE_INTEGER }),
      ]
      await attacker.publish(raws.map((raw) => announcement(raw)))
      return await stage.expectRefused({ FromTheFuture: 2, Outdated: 2, DifferentNetwork: 1, Malformed: 2 })
    },
  },
  {
    name: '[EN1, EN4] an entry of a later protocol, with fields that nobody knows yet',
    run: async (stage) => {
      const attacker = await stage.attacker()
      const later = attacker.entry({ protocolVersion: '99.1.2', tags: [USELESS] })
      await attacker.publish([announcement(later)])
      await waitFor(stage, attacker, true)
      const seen = (await stage.network.look()).peers.find(({ peerId }) => peerId === attacker.peerId)
      expect(seen?.protocol).toBe('99.1.2')
      await attacker.publish([attacker.goodbye()])
      await waitFor(stage, attacker, false)
      return 'taken: it keeps all rules that are ours'
    },
  },
  {
    name: '[EN5] an entry over each limit, signed well',
    run: async (stage) => {
      const attacker = await stage.attacker()
      await stage.network.call('events', stage.network.victim.index, 'EntryRejected')
      const over = overLimits()
      await attacker.publish(over.map(([, fields]) => announcement(attacker.entry(fields))))
      const verdict = await stage.expectRefused({ LimitExceeded: over.length })
      const told = await stage.network.call('events', stage.network.victim.index, 'EntryRejected')
      const details = told.flatMap((event) => (event.kind === 'EntryRejected' ? [event.detail] : []))
      // Events have a rate; each that is told names one of the limits.
      expect(details.filter((detail) => !over.some(([name]) => detail.includes(name)))).toEqual([])
      return `${verdict}; the limit is named`
    },
  },
  {
    name: '[EN1] entries whose sets are not sorted, with duplicates, with control characters',
    run: async (stage) => {
      const attacker = await stage.attacker()
      const odd: Partial<Entry>[] = [
        { tags: ['b', 'a'] },
        { tags: ['a', 'a'] },
        { tags: ['\u001b[2J'] },
        { tags: [''] },
        { addresses: ['not an address'] },
        { protocolVersion: 'newest' },
        { streams: [ownBuffer(noiseBytes(31))] },
        { publicKey: ownBuffer(noiseBytes(33)) },
      ]
      await attacker.publish(odd.map((fields) => announcement(attacker.entry(fields))))
      return await stage.expectRefused({ Malformed: odd.length })
    },
  },
  {
    name: '[ID5, CT1] an entry in the name of the victim',
    run: async (stage) => {
      const attacker = await stage.attacker()
      const publicKey = ownBuffer(publicKeyOf(stage.network.victim.peerId))
      await attacker.publish([announcement(attacker.entry({ publicKey, startedAt: Date.now() + 1000 }))])
      const verdict = await stage.expectRefused({ BadSignature: 1 })
      const { victim } = stage.network
      const own = (await stage.network.look()).peers.find(({ peerId }) => peerId === victim.peerId)
      expect(own?.tags).toEqual([`honest:${victim.index}`])
      return `${verdict}; the local entry stays`
    },
  },
]

/** Waits until the victim knows the attacker, or does not. */
async function waitFor(stage: Stage, attacker: Attacker, known: boolean): Promise<void> {
  for (let tries = 0; (await stage.knows(attacker.peerId)) !== known; tries += 1) {
    if (tries > 300)
      throw new Error(
        `the victim ${known ? 'does not know' : 'knows'} ${peerIdOf(signatures.publicKey(attacker.secret))}`,
      )
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
