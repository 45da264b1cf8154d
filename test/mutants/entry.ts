import type { Mutant } from './mutant.ts'

const CODEC = 'src/main/discovery/dialects/peerscope/entry-codec.ts'
const ENTRY = 'src/main/discovery/entry/entry.ts'
const LOCAL = 'src/main/discovery/entry/local-entry.ts'
const VERSION = 'src/main/discovery/entry/version.ts'
const LIMITS = 'src/main/discovery/limits.ts'
const SETS = 'src/main/discovery/entry/sets.ts'
const SIGNED_MESSAGE = 'src/main/discovery/dialects/peerscope/signed-message.ts'
const STRICT = 'src/main/network/strict-ed25519.ts'
const SIGNATURES = 'src/main/network/signatures.ts'

/** The limits of rule EN5. */
export const LIMITED = [
  'bytes an entry',
  'addresses',
  'tags',
  'bytes a tag',
  'streams',
  'groups',
  'tickets',
  'bytes a ticket',
] as const

/** A limit of rule EN5, with a number in its place that is one too large and one that is one too small. */
function limit(what: (typeof LIMITED)[number], text: string, larger: string, smaller: string): Mutant[] {
  const of = { rule: 'EN5', file: LIMITS, find: text }
  return [
    { ...of, name: `one more than the limit: ${what}`, replace: larger },
    { ...of, name: `one less than the limit: ${what}`, replace: smaller },
  ]
}

/** A check of rule EN5 that is left out. */
function unchecked(what: string, find: string): Mutant {
  return { rule: 'EN5', name: `not checked in an entry: ${what}`, file: CODEC, find, replace: '' }
}

/** Entries: rules EN. */
export const ENTRIES: readonly Mutant[] = [
  {
    rule: 'EN1',
    name: 'tags stay in the order in which they were given',
    file: LOCAL,
    find: 'tags: sortedSet(after.tags),',
    replace: 'tags: [...after.tags],',
  },
  {
    rule: 'EN1',
    name: 'groups stay in the order in which they were given',
    file: LOCAL,
    find: 'groups: sortedSet(after.groups),',
    replace: 'groups: [...after.groups],',
  },
  {
    rule: 'EN1',
    name: 'what was given twice stays twice',
    file: SETS,
    find: 'return [...new Set(items)].sort(compareText)',
    replace: 'return [...items].sort(compareText)',
  },
  {
    rule: 'EN1',
    name: 'an entry with the same tag twice is taken from the network',
    file: CODEC,
    find: 'compare(before, item) >= 0',
    replace: 'compare(before, item) > 0',
  },
  {
    rule: 'EN1',
    name: 'an entry is sent without its groups',
    file: CODEC,
    find: 'groups: entry.groups.map((id) => ownBuffer(idBytes(id))),',
    replace: 'groups: [],',
  },
  {
    rule: 'EN2',
    name: 'versions are compared by their update first',
    file: 'src/shared/peer.ts',
    find: 'return a.startedAt - b.startedAt || a.updatedAt - b.updatedAt',
    replace: 'return a.updatedAt - b.updatedAt || a.startedAt - b.startedAt',
  },
  {
    rule: 'EN2',
    name: 'a version does not grow within a millisecond',
    file: VERSION,
    find: 'Math.max(version.updatedAt, Math.floor(now)) + 1 }',
    replace: 'Math.max(version.updatedAt, Math.floor(now)) }',
  },
  {
    rule: 'EN2',
    name: 'a version goes back with the clock',
    file: VERSION,
    find: 'updatedAt: Math.max(version.updatedAt, Math.floor(now)) + 1 }',
    replace: 'updatedAt: Math.floor(now) + 1 }',
  },
  {
    rule: 'EN2',
    name: 'an increment counts as a restart',
    file: VERSION,
    find: 'return { startedAt: version.startedAt, updatedAt:',
    replace: 'return { startedAt: version.startedAt + 1, updatedAt:',
  },
  {
    rule: 'EN2',
    name: 'versions have fractions of a millisecond',
    file: VERSION,
    find: 'Math.max(version.updatedAt, Math.floor(now)) + 1 }',
    replace: 'Math.max(version.updatedAt, now) + 1 }',
  },
  {
    rule: 'CT6',
    name: 'after our clock was set back far our versions stay in the future',
    file: VERSION,
    find: 'if (last.updatedAt <= now + maxTimeDrift / 2) return',
    replace: 'return',
  },
  {
    rule: 'EN3',
    name: 'an update that gives the same tags counts as a change',
    file: LOCAL,
    find: 'if (!sameTexts(a[field], b[field])) changed.push(field)',
    replace: 'if (a[field] !== b[field]) changed.push(field)',
  },
  {
    rule: 'EN3',
    name: 'an update that gives the same tickets counts as a change',
    file: LOCAL,
    find: "if (!sameTickets(a.tickets, b.tickets)) changed.push('tickets')",
    replace: "if (a.tickets !== b.tickets) changed.push('tickets')",
  },
  {
    rule: 'EN3',
    name: 'a changed group is no change',
    file: LOCAL,
    find: "['addresses', 'tags', 'streams', 'functions', 'groups'] as const",
    replace: "['addresses', 'tags', 'streams', 'functions'] as const",
  },
  {
    rule: 'EN4',
    name: 'a bad signature of one entry is not noticed',
    file: ENTRY,
    find: 'if (!signatures.verify(unverified.claim())) {',
    replace: 'if (unverified.entry === null) {',
  },
  {
    rule: 'EN4',
    name: 'a bad signature among many is not noticed',
    file: ENTRY,
    find: '(verdicts[index] ? trust(entry) : null)',
    replace: 'trust(entry)',
  },
  {
    rule: 'EN4',
    name: 'a signature of one kind of message holds for another',
    file: SIGNED_MESSAGE,
    find: "blake3(fromString(`${context}\\0`, 'utf8'), bytes)",
    replace: 'blake3(bytes)',
  },
  {
    rule: 'EN4',
    name: 'what is passed on are other bytes than those that were signed',
    file: ENTRY,
    find: 'makeSigned(unverified.kind, unverified.entry, unverified.#bytes, unverified.#signature)',
    replace:
      'makeSigned(unverified.kind, unverified.entry, unverified.#codec.encodeEntry(unverified.entry), unverified.#signature)',
  },
  {
    rule: 'EN4',
    name: 'what is kept changes with the buffer in which it came',
    file: ENTRY,
    find: 'const bytes = kept.subarray(0, entryBytes.length)',
    replace: 'const bytes = entryBytes',
  },
  {
    rule: 'EN4',
    name: 'a key of small order or not canonical is taken',
    file: STRICT,
    find: 'isSoundPoint(publicKey) && ',
    replace: '',
  },
  {
    rule: 'EN4',
    name: 'an R of small order or not canonical is taken',
    file: STRICT,
    find: 'isSoundPoint(signature.subarray(0, 32)) && ',
    replace: '',
  },
  {
    rule: 'EN4',
    name: 'an S at or above the group order is taken',
    file: STRICT,
    find: ' && isBelow(signature.subarray(32), L)',
    replace: '',
  },
  {
    rule: 'EN4',
    name: 'encodings of points that are not canonical are taken',
    file: STRICT,
    find: 'return isBelow(y, P) && !',
    replace: 'return !',
  },
  {
    rule: 'EN4',
    name: 'the point of order one is taken',
    file: STRICT,
    find: '  0n,\n  1n,\n',
    replace: '  0n,\n',
  },
  {
    rule: 'EN4',
    name: 'signatures verified in the thread pool are not looked at strictly',
    file: SIGNATURES,
    find: 'if (!isStrict(claim)) return resolve(false)',
    replace: '',
  },
  {
    rule: 'EN4',
    name: 'signatures verified one by one are not looked at strictly',
    file: SIGNATURES,
    find: 'if (!isStrict(claim)) return false',
    replace: '',
  },
  ...limit('bytes an entry', 'entryBytes: 16 * 1024,', 'entryBytes: 16 * 1024 + 1,', 'entryBytes: 16 * 1024 - 1,'),
  ...limit('addresses', 'addresses: 32,', 'addresses: 33,', 'addresses: 31,'),
  ...limit('tags', 'tags: 64,', 'tags: 65,', 'tags: 63,'),
  ...limit('bytes a tag', 'tagBytes: 64,', 'tagBytes: 65,', 'tagBytes: 63,'),
  ...limit('streams', 'streams: 256,', 'streams: 257,', 'streams: 255,'),
  ...limit('groups', 'groups: 256,', 'groups: 257,', 'groups: 255,'),
  ...limit('tickets', 'tickets: 16,', 'tickets: 17,', 'tickets: 15,'),
  ...limit('bytes a ticket', 'ticketBytes: 4 * 1024,', 'ticketBytes: 4 * 1024 + 1,', 'ticketBytes: 4 * 1024 - 1,'),
  unchecked('how many addresses', "atMost('addresses', ENTRY_LIMITS.addresses, entry.addresses.length)"),
  unchecked('how many tags', "atMost('tags', ENTRY_LIMITS.tags, entry.tags.length)"),
  unchecked('how many streams', "atMost('streams', ENTRY_LIMITS.streams, entry.streams.length)"),
  unchecked('how many groups', "atMost('groups', ENTRY_LIMITS.groups, entry.groups.length)"),
  unchecked('how many tickets', "atMost('tickets', ENTRY_LIMITS.tickets, entry.tickets.length)"),
  {
    rule: 'EN5',
    name: 'own addresses over a limit end the network',
    file: 'src/main/discovery/entry/own-entry.ts',
    find: 'while (count > 0 && !this.#fits(most.slice(0, count))) count -= 1',
    replace: '',
    tests: ['test/unit/discovery/core/own-entry.test.ts'],
  },
  {
    rule: 'EN5',
    name: 'a tag is counted in UTF-16 units',
    file: CODEC,
    find: "atMost('bytes a tag', ENTRY_LIMITS.tagBytes, fromString(tag, 'utf8').length)",
    replace: "atMost('bytes a tag', ENTRY_LIMITS.tagBytes, tag.length)",
  },
  {
    rule: 'EN6',
    name: 'of the tickets of a class one is kept',
    file: SETS,
    find: 'return compareText(a.class, b.class) || compareBytes(a.data, b.data)',
    replace: 'return compareText(a.class, b.class)',
  },
  {
    rule: 'EN6',
    name: 'the same ticket added twice is two',
    file: SETS,
    find: 'return before === undefined || compareTickets(before, ticket) !== 0',
    replace: 'return before === undefined || ticket !== undefined',
  },
  {
    rule: 'EN7',
    name: "an entry is signed with another peer's key",
    file: ENTRY,
    find: 'if (peerIdOf(signatures.publicKey(secret)) !== entry.peerId) {',
    replace: 'if (peerIdOf(signatures.publicKey(secret)) === null) {',
  },
  {
    rule: 'EN7',
    name: 'a secret of any length is used',
    file: ENTRY,
    find: `if (secret.length !== KEY_BYTES)
    throw new InvalidSecretKey(\`a secret key has \${KEY_BYTES} bytes, not \${secret.length}\`)`,
    replace: '',
  },
  {
    rule: 'EN7',
    name: 'an update may change the id of the local entry',
    file: LOCAL,
    find: "if (after.peerId !== before.peerId) throw new PeerIdChanged('an update must not change the id of the local entry')",
    replace: '',
  },
]
