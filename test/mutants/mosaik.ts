import type { Mutant } from './mutant.ts'

const ROOM = 'src/main/discovery/dialects/mosaik'
const DIALECT = `${ROOM}/mosaik.ts`
const LAYOUT = `${ROOM}/layout.ts`
const ENTRY = `${ROOM}/entry.ts`
const ADDRESSES = `${ROOM}/addresses.ts`
const ANNOUNCEMENT = `${ROOM}/announcement.ts`
const PING = `${ROOM}/ping.ts`
const MESSAGE = `${ROOM}/catalog-message.ts`
const SYNC = `${ROOM}/sync.ts`
const LIMITS = `${ROOM}/limits.ts`
const IROH = 'src/shared/iroh-address.ts'
const POSTCARD = 'src/shared/postcard.ts'
const UPSERT = 'src/main/discovery/catalog/upsert.ts'
const ANNOUNCE = 'src/main/discovery/announce/announce.ts'

/** A limit of rule MO10, with a number in its place that is one too large and one that is one too small. */
function limit(what: string, text: string, larger: string, smaller: string): Mutant[] {
  const of = { rule: 'MO10', file: LIMITS, find: text }
  return [
    { ...of, name: `mosaik: one more than the limit: ${what}`, replace: larger },
    { ...of, name: `mosaik: one less than the limit: ${what}`, replace: smaller },
  ]
}

/** The dialect of mosaik networks: rules MO1 to MO13. */
export const MOSAIK: readonly Mutant[] = [
  {
    rule: 'MO1',
    name: 'a sync of mosaik has the name of a ping',
    file: DIALECT,
    find: "sync: '/mosaik/discovery/sync/1.0'",
    replace: "sync: '/mosaik/discovery/ping/1.0'",
  },
  {
    rule: 'MO1',
    name: 'a node of a mosaik network states the newest version whatever it is told',
    file: DIALECT,
    find: '    protocolVersion,\n    protocolIds,',
    replace: '    protocolVersion: MOSAIK_VERSION,\n    protocolIds,',
  },
  {
    rule: 'MO2',
    name: 'postcard: a number of too many bits is taken',
    file: POSTCARD,
    find: 'if (value >= 2 ** Number(bits)) throw new MalformedMessage(`a number of more than ${bits} bits`)',
    replace: '',
  },
  {
    rule: 'MO2',
    name: 'postcard: signed numbers are not zigzag',
    file: POSTCARD,
    find: 'return value & 1n ? -(value >> 1n) - 1n : value >> 1n',
    replace: 'return BigInt.asIntN(64, value)',
  },
  {
    rule: 'MO2',
    name: 'postcard: a count over its limit is read',
    file: POSTCARD,
    find: 'if (count > limit) throw new LimitExceeded(what, limit, count)',
    replace: '',
  },
  {
    rule: 'MO3',
    name: 'a tag of a mosaik network travels as its word',
    file: DIALECT,
    find: 'return uniqueIdFrom(word)',
    replace: 'return word',
  },
  {
    rule: 'MO3',
    name: 'the word of a tag is trimmed before it is hashed',
    file: DIALECT,
    find: 'return uniqueIdFrom(word)',
    replace: 'return uniqueIdFrom(word.trim())',
  },
  {
    rule: 'MO4',
    name: 'entries of mosaik 0.3.x are read as those of 0.4.x',
    file: LAYOUT,
    find: 'LAYOUT_0_3: Layout = { functions: false,',
    replace: 'LAYOUT_0_3: Layout = { functions: true,',
  },
  {
    rule: 'MO4',
    name: 'entries of versions of mosaik that are not known are read as those of 0.4.x',
    file: LAYOUT,
    find: 'throw new ForeignEntry(`entries of mosaik ${protocolVersion} are not known: 0.3.x and 0.4.x are`)',
    replace: 'return LAYOUT_0_4',
  },
  {
    rule: 'MO4',
    name: 'an entry of mosaik is signed as it is, without a hash',
    file: ENTRY,
    find: 'entryMessage: (bytes) => blake3(bytes),',
    replace: 'entryMessage: (bytes) => bytes,',
  },
  {
    rule: 'MO4',
    name: 'numbers in an entry of mosaik may be longer than they need to be',
    file: ENTRY,
    find: `const reader = new PostcardReader(bytes, { shortest: true })
  const protocolVersion`,
    replace: `const reader = new PostcardReader(bytes)
  const protocolVersion`,
  },
  {
    rule: 'MO4',
    name: 'bytes behind an entry of mosaik are taken',
    file: ENTRY,
    find: '  reader.end()\n',
    replace: '',
  },
  {
    rule: 'MO4',
    name: 'sets of an entry of mosaik need not be sorted',
    file: ENTRY,
    find: 'if (id <= before) throw unsorted(what)',
    replace: '',
  },
  {
    rule: 'MO4',
    name: 'a set of an entry of mosaik may have the same twice',
    file: ENTRY,
    find: 'if (id <= before) throw unsorted(what)',
    replace: 'if (id < before) throw unsorted(what)',
  },
  {
    rule: 'MO5',
    name: 'addresses of an entry of mosaik are written in the order of their texts',
    file: ADDRESSES,
    find: 'writer.list(addresses.sort(compareIrohAddresses), ',
    replace: 'writer.list(addresses, ',
  },
  {
    rule: 'MO5',
    name: 'IPv6 addresses come before IPv4',
    file: IROH,
    find: 'return a.bytes.length - b.bytes.length || ',
    replace: 'return b.bytes.length - a.bytes.length || ',
  },
  {
    rule: 'MO5',
    name: 'data of custom addresses is in the order of its bytes only',
    file: IROH,
    find: 'return a.length - b.length || compare(a, b)',
    replace: 'return compare(a, b)',
  },
  {
    rule: 'MO5',
    name: 'data of custom addresses has no room of its own in entries of mosaik 0.3.x',
    file: LAYOUT,
    find: 'customEnum: true }',
    replace: 'customEnum: false }',
  },
  {
    rule: 'MO5',
    name: 'an IP address has more than one text',
    file: IROH,
    find: ' || plainIpText(bytes) !== host ? null',
    replace: ' ? null',
  },
  {
    rule: 'MO5',
    name: 'the URL of a relay may have anything in its path',
    file: IROH,
    find: "if (!path.split('/').every((segment) => SEGMENT.test(segment))) return null",
    replace: '',
  },
  {
    rule: 'MO5',
    name: 'the URL of a relay may state the port that it has anyway',
    file: IROH,
    find: '(port !== undefined && number === standard) || ',
    replace: '',
  },
  {
    rule: 'MO6',
    name: 'tickets stand in the order of their class and data',
    file: ENTRY,
    find: 'ids.sort((a, b) => compareText(a.id, b.id)),',
    replace: 'ids,',
  },
  {
    rule: 'MO6',
    name: 'a ticket may have the id of another',
    file: ENTRY,
    find: "if (uniqueIdOf(derive(ticketClass, data)) !== id) throw new ForeignEntry('the id of a ticket does not fit its data')",
    replace: '',
  },
  {
    rule: 'MO7',
    name: 'a ping of mosaik has something in it',
    file: PING,
    find: 'return new Uint8Array()',
    replace: 'return new Uint8Array(1)',
  },
  {
    rule: 'MO7',
    name: 'the answer to a ping of mosaik has no signature',
    file: PING,
    find: 'return joinSigned(signed)',
    replace: 'return signed.bytes',
  },
  {
    rule: 'MO8',
    name: 'a goodbye of mosaik is signed without its time',
    file: ANNOUNCEMENT,
    find: '[lastVersion.startedAt, lastVersion.updatedAt, timestamp].entries()',
    replace: '[lastVersion.startedAt, lastVersion.updatedAt].entries()',
  },
  {
    rule: 'MO8',
    name: 'times in what a goodbye of mosaik signs are little-endian',
    file: ANNOUNCEMENT,
    find: 'view.setBigInt64(KEY_BYTES + 8 * index, BigInt(time))',
    replace: 'view.setBigInt64(KEY_BYTES + 8 * index, BigInt(time), true)',
  },
  {
    rule: 'MO8',
    name: 'any text that names a moment is the time of a goodbye',
    file: ANNOUNCEMENT,
    find: 'const time = TIME.test(text) ? parsed(text) : Number.NaN',
    replace: 'const time = parsed(text)',
  },
  {
    rule: 'MO8',
    name: 'the numbers of entry and goodbye are swapped',
    file: ANNOUNCEMENT,
    find: 'const OWN_ENTRY = 0\nconst DEPARTURE = 1',
    replace: 'const OWN_ENTRY = 1\nconst DEPARTURE = 0',
  },
  {
    rule: 'MO9',
    name: 'bytes left over behind a catalog end the sync',
    file: MESSAGE,
    find: 'else this.#loose ??= this.#trial',
    replace: '',
  },
  {
    rule: 'MO9',
    name: 'a bad signature in a catalog is left out',
    file: MESSAGE,
    find: "if (this.#bad) throw new SyncFailed('the peer sent an entry with a bad signature')",
    replace: '',
  },
  {
    rule: 'MO9',
    name: 'what states no version is left out as one that is not known',
    file: LAYOUT,
    find: `if (!isSemver(protocolVersion))
    throw new MalformedMessage('the protocol version of an entry is not a semantic version')`,
    replace: '',
  },
  {
    rule: 'MO9',
    name: 'the URL of a relay that is not normal is left out as one that is not plain',
    file: ADDRESSES,
    find: `  if (!URL.canParse(url) || new URL(url).href !== url)
    return new MalformedMessage('the URL of a relay is not in its normal form')
`,
    replace: '',
  },
  ...limit('addresses', 'addresses: 64,', 'addresses: 65,', 'addresses: 63,'),
  ...limit('bytes a relay URL', 'relayUrlBytes: 256,', 'relayUrlBytes: 257,', 'relayUrlBytes: 255,'),
  ...limit('bytes a custom address', 'customAddressBytes: 64,', 'customAddressBytes: 65,', 'customAddressBytes: 63,'),
  ...limit('tags', 'tags: 256,', 'tags: 257,', 'tags: 255,'),
  ...limit('streams', 'streams: 256,', 'streams: 257,', 'streams: 255,'),
  ...limit('functions', 'functions: 256,', 'functions: 257,', 'functions: 255,'),
  ...limit('groups', 'groups: 256,', 'groups: 257,', 'groups: 255,'),
  ...limit('tickets', 'tickets: 16,', 'tickets: 17,', 'tickets: 15,'),
  ...limit('bytes a ticket', 'ticketBytes: 4 * 1024,', 'ticketBytes: 4 * 1024 + 1,', 'ticketBytes: 4 * 1024 - 1,'),
  ...limit(
    'bytes a protocol version',
    'protocolVersionBytes: 64,',
    'protocolVersionBytes: 65,',
    'protocolVersionBytes: 63,',
  ),
  ...limit('entries a sync', 'entries: 20_000', 'entries: 20_001', 'entries: 19_999'),
  {
    rule: 'MO10',
    name: 'an entry of mosaik may have times that cannot be kept',
    file: ENTRY,
    find: "if (!isTime(time)) throw new ForeignEntry('a time is before 1970 or after the year 9999')",
    replace: '',
  },
  {
    rule: 'MO10',
    name: 'a catalog that is sent may have any number of bytes',
    file: MESSAGE,
    find: ' || this.#bytes + bytes > MOSAIK_SYNC.bytes)',
    replace: ')',
  },
  {
    rule: 'MO11',
    name: 'who begins a sync of mosaik sends nothing',
    file: MESSAGE,
    find: 'this.#entries.push(signed)',
    replace: 'this.#at += 0',
  },
  {
    rule: 'MO11',
    name: 'what may not be sent any more is sent in a sync of mosaik',
    file: MESSAGE,
    find: 'if (signed === null || layoutOf(signed.entry.protocolVersion) !== this.#layout) continue',
    replace: 'if (signed === null || layoutOf(signed.entry.protocolVersion) !== this.#layout) return this.#message()',
  },
  {
    rule: 'MO11',
    name: 'who answers a sync of mosaik merges first',
    file: SYNC,
    find: "        this.#phase = 'answering'\n        return this.#answer()",
    replace: "        this.#phase = 'taking'\n        break",
  },
  {
    rule: 'MO11',
    name: 'known entries of a sync of mosaik are verified again',
    file: MESSAGE,
    find: 'if (this.#catalog.isNews(peerId, version)) news.push',
    replace: 'this.#catalog.isNews(peerId, version)\n        news.push',
  },
  {
    rule: 'MO11',
    name: 'a catalog of mosaik is verified all at once',
    file: MESSAGE,
    find: 'export const ENTRIES_AT_ONCE = 32',
    replace: 'export const ENTRIES_AT_ONCE = 3200',
  },
  {
    rule: 'MO11',
    name: 'a peer may go on after the answer to its sync',
    file: SYNC,
    find: "if (input.kind !== 'ended') throw new SyncFailed('the peer sent what was not asked for')",
    replace: '',
  },
  {
    rule: 'MO12',
    name: 'an entry that mosaik keeps and we do not ends the sync',
    file: MESSAGE,
    find: 'if (!isForeign(error)) this.#fault = error',
    replace: 'this.#fault = error',
  },
  {
    rule: 'MO12',
    name: 'an entry that mosaik keeps and we do not counts against who passed it on',
    file: ANNOUNCEMENT,
    find: "if (isForeign(error)) return { kind: 'foreign', error }",
    replace: '',
  },
  {
    rule: 'MO12',
    name: 'what is foreign is not passed on',
    file: ANNOUNCE,
    find: "this.#env.reject(null, reasonOf(heard.error), 'gossip', heard.error.message)\n          return 'ignore'",
    replace: "this.#env.reject(null, reasonOf(heard.error), 'gossip', heard.error.message)\n          return 'reject'",
  },
  {
    rule: 'MO12',
    name: 'a message of another layout than ours is not read',
    file: MESSAGE,
    find: 'this.#layouts = [layout, layout === LAYOUT_0_4 ? LAYOUT_0_3 : LAYOUT_0_4]',
    replace: 'this.#layouts = [layout]',
  },
  {
    rule: 'MO12',
    name: 'an entry is read by a layout that it was not sent in',
    file: ENTRY,
    find: "if (stated !== layout) throw new ForeignEntry('an entry is not laid out as the version of mosaik that it states does')",
    replace: '',
  },
  {
    rule: 'MO12',
    name: 'entries of another layout are sent',
    file: MESSAGE,
    find: 'if (signed === null || layoutOf(signed.entry.protocolVersion) !== this.#layout) continue',
    replace: 'if (signed === null) continue',
  },
  {
    rule: 'MO13',
    name: 'syncs bring entries of mosaik from the future',
    file: UPSERT,
    find: "if (version.updatedAt > offer.now + offer.maxTimeDrift) return 'FromTheFuture'",
    replace: '',
  },
  {
    rule: 'MO13',
    name: 'a sync of mosaik brings back who left',
    file: UPSERT,
    find: "if (tombstone !== null && compareVersions(version, tombstone) <= 0) return 'Departed'",
    replace: '',
  },
]
