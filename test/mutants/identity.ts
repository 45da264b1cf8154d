import type { Mutant } from './mutant.ts'

const IDS = 'src/shared/ids.ts'

/** Identity: rules ID. */
export const IDENTITY: readonly Mutant[] = [
  {
    rule: 'ID1',
    name: 'a network id in capital hex digits is taken for a name',
    file: IDS,
    find: '/^[0-9a-fA-F]{64}$/',
    replace: '/^[0-9a-f]{64}$/',
  },
  {
    rule: 'ID1',
    name: 'a network id of 64 hex digits is hashed like a name',
    file: IDS,
    find: 'HEX_64.test(text) ?',
    replace: "text === '' ?",
  },
  {
    rule: 'ID1',
    name: 'names that differ in capitals are one network',
    file: IDS,
    find: ": blake3(fromString(text, 'utf8'))",
    replace: ": blake3(fromString(text.toLowerCase(), 'utf8'))",
  },
  {
    rule: 'ID1',
    name: 'names that look alike are several networks',
    file: 'src/shared/network-name.ts',
    find: ".normalize('NFC')",
    replace: ".normalize('NFD')",
  },
  {
    rule: 'ID1',
    name: 'white space tells networks apart',
    file: 'src/shared/network-name.ts',
    find: "+/gu, ' ')",
    replace: '+/gu, (space) => space)',
  },
  {
    rule: 'ID2',
    name: 'a peer id does not begin like one of libp2p',
    file: IDS,
    find: 'Uint8Array.of(0x00, 0x24, 0x08, 0x01, 0x12, 0x20)',
    replace: 'Uint8Array.of(0x00, 0x25, 0x08, 0x01, 0x12, 0x20)',
  },
  {
    rule: 'ID2',
    name: 'the id of a key of another kind is taken for a peer id',
    file: IDS,
    find: 'return PEER_ID_PREFIX.every((byte, index) => bytes[index] === byte) && ',
    replace: 'return ',
  },
  {
    rule: 'ID2',
    name: 'a peer id of another length is taken',
    file: IDS,
    find: 'if (bytes.length !== PEER_ID_PREFIX.length + KEY_BYTES) return false',
    replace: '',
  },
  {
    rule: 'ID2',
    name: 'two keys that begin alike have one peer id',
    file: IDS,
    find: 'known !== undefined && isSame(known.key, publicKey)',
    replace: 'known !== undefined',
  },
  {
    rule: 'ID3',
    name: 'a secret from text depends on when it was made',
    file: IDS,
    find: ": blake3(fromString(text, 'utf8'))",
    replace: ": blake3(fromString(text + String(performance.now()), 'utf8'))",
  },
  {
    rule: 'ID3',
    name: 'a secret of 64 hex digits is hashed',
    file: IDS,
    find: 'HEX_64.test(text) ?',
    replace: "text === '' ?",
  },
  {
    rule: 'ID4',
    name: 'derive hashes the info before the id',
    file: IDS,
    find: `.update(id)
    .update(typeof info === 'string' ? fromString(info, 'utf8') : info)`,
    replace: `.update(typeof info === 'string' ? fromString(info, 'utf8') : info)
    .update(id)`,
  },
  {
    rule: 'ID4',
    name: 'derive leaves the info out',
    file: IDS,
    find: `
    .update(typeof info === 'string' ? fromString(info, 'utf8') : info)`,
    replace: '',
  },
]
