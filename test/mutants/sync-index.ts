import type { Mutant } from './mutant.ts'

const ANSWERER = 'src/main/discovery/dialects/peerscope/sync/answerer.ts'
const RECONCILE = 'src/main/discovery/sync/reconcile.ts'

/** The index by which catalogs are compared: rule SY9. */
export const SYNC_INDEX: readonly Mutant[] = [
  {
    rule: 'SY9',
    name: 'the fingerprint of a range does not tell versions apart',
    file: RECONCILE,
    find: 'view.setFloat64(key.length + 8, version.updatedAt)',
    replace: '',
  },
  {
    rule: 'SY9',
    name: 'the fingerprint of a range does not tell restarts apart',
    file: RECONCILE,
    find: 'view.setFloat64(key.length, version.startedAt)',
    replace: '',
  },
  {
    rule: 'SY9',
    name: 'digests are compared by their count alone',
    file: RECONCILE,
    find: 'return a.count === b.count && a.fingerprint.every((byte, index) => byte === b.fingerprint[index])',
    replace: 'return a.count === b.count',
  },
  {
    rule: 'SY9',
    name: 'an entry that is gone stays in the sums',
    file: RECONCILE,
    find: 'node.fingerprint = null\n      subtract(node.sum, item.hash)',
    replace: 'node.fingerprint = null',
  },
  {
    rule: 'SY9',
    name: 'a version that was replaced stays in the sums',
    file: RECONCILE,
    find: 'exchange(node.sum, item.hash, hash)',
    replace: 'add(node.sum, hash)',
  },
  {
    rule: 'SY9',
    name: 'newer versions are not in the trie when it is read',
    file: RECONCILE,
    find: '    this.#update()\n    let node',
    replace: '    let node',
  },
  {
    rule: 'SY9',
    name: 'what is deleted leaves its version in the sums',
    file: RECONCILE,
    find: 'else if (item !== undefined) this.#remove(item)',
    replace: 'else this.#items.delete(peerId)',
  },
  {
    rule: 'SY9',
    name: 'a fingerprint stays as it was after a change',
    file: RECONCILE,
    find: 'node.fingerprint = null\n      exchange(node.sum, item.hash, hash)',
    replace: 'exchange(node.sum, item.hash, hash)',
  },
  {
    rule: 'SY9',
    name: 'sums lose what they carry over',
    file: RECONCILE,
    find: 'carry = word > 0xffffffff ? 1 : word < 0 ? -1 : 0',
    replace: 'carry = 0',
  },
  {
    rule: 'SY9',
    name: 'sums lose what they borrow',
    file: RECONCILE,
    find: 'word < 0 ? -1 : 0',
    replace: '0',
  },
  {
    rule: 'SY9',
    name: 'what a sync keeps of a range changes under its hands',
    file: RECONCILE,
    find: 'within(found.node, prefix).map(plain)\n  }',
    replace: 'within(found.node, prefix)\n  }',
  },
  {
    rule: 'SY9',
    name: 'a change after so many that wait is lost',
    file: RECONCILE,
    find: 'if (this.#late === MOST_LATE) this.#update()',
    replace: 'if (this.#late === MOST_LATE) this.#late = 0',
  },
  {
    rule: 'SY9',
    name: 'all ranges are told item by item',
    file: RECONCILE,
    find: 'found.node.count <= most',
    replace: 'found.node.count >= 0',
  },
  {
    rule: 'SY9',
    name: 'a newcomer is told of small ranges only',
    file: ANSWERER,
    find: 'if (root.count < ours.count / 2) this.#most = NEWCOMER_ITEMS',
    replace: '',
  },
  {
    rule: 'SY9',
    name: 'everybody is told of large ranges item by item',
    file: ANSWERER,
    find: 'if (root.count < ours.count / 2) this.#most = NEWCOMER_ITEMS',
    replace: 'this.#most = NEWCOMER_ITEMS',
  },
  {
    rule: 'SY9',
    name: 'ranges that are equal are looked into as well',
    file: RECONCILE,
    find: 'return digests.filter((theirs) => !sameDigest(index.digest(theirs.prefix), theirs))',
    replace: 'return digests',
  },
]
