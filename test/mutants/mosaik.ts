import type { Mutant } from './mutant.ts'

const INTAKE = 'src/main/discovery/exchange/intake.ts'
const ROOM = 'src/main/discovery/dialects/mosaik'
const DIALECT = `${ROOM}/mosaik.ts`
const LAYOUT = `${ROOM}/layout.ts`
const ENTRY = `${ROOM}/entry.ts`
const ADDRESSES = `${ROOM}/addresses.ts`
const ANNOUNCEMENT = `${ROOM}/announcement.ts`
const PING = `${ROOM}/ping.ts`
const MESSAGE = `${ROOM}/catalog-message.ts`
const LIMITS = `${ROOM}/limits.ts`
const IROH = 'src/shared/iroh-address.ts'
const POSTCARD = 'src/shared/postcard.ts'

/** A limit of rule MO10, with a number in its place that is one too large and one that is one too small. */
function limit(what: string, text: string, larger: string, smaller: string): Mutant[] {
  const of = { rule: 'MO10', file: LIMITS, find: text }
  return [
    { ...of, name: `mosaik: one more than the limit: ${what}`, replace: larger },
    { ...of, name: `mosaik: one less than the limit: ${what}`, replace: smaller },
  ]
}

/** What mosaik networks say: rules MO1 to MO10. */
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
    find: '    protocolVersion,\n    lineOf,',
    replace: '    protocolVersion: MOSAIK_VERSION,\n    lineOf,',
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
    name: 'a ping with something in it is answered',
    file: PING,
    find: 'if (message.length > 0)',
    replace: 'if (message.length > 1024)',
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
    file: INTAKE,
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
]
