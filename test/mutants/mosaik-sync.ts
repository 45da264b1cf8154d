import type { Mutant } from './mutant.ts'

const INTAKE = 'src/main/discovery/exchange/intake.ts'
const ROOM = 'src/main/discovery/dialects/mosaik'
const ENTRY = `${ROOM}/entry.ts`
const ANNOUNCEMENT = `${ROOM}/announcement.ts`
const MESSAGE = `${ROOM}/catalog-message.ts`
const SYNC = `${ROOM}/sync.ts`
const MOSAIK = `${ROOM}/mosaik.ts`
const UPSERT = 'src/main/discovery/catalog/upsert.ts'
const ANNOUNCE = 'src/main/discovery/announce/announce.ts'

/** Syncs of mosaik networks, and what they leave out: rules MO11 to MO13. */
export const MOSAIK_SYNCS: readonly Mutant[] = [
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
    find: 'return this.#catalog.isNews(peerId, { version }) ? splitSigned(bytes) : null',
    replace: 'return splitSigned(bytes)',
  },
  {
    rule: 'MO11',
    name: 'a catalog of mosaik is verified all at once',
    file: INTAKE,
    find: 'export const ENTRIES_AT_ONCE = 32',
    replace: 'export const ENTRIES_AT_ONCE = 3200',
  },
  {
    rule: 'MO11',
    name: 'who begins a sync of mosaik merges before it closes',
    file: SYNC,
    find: "    this.received(input.bytes)\n    return { kind: 'close' }",
    replace: '    return this.take(this.received(input.bytes), input)',
  },
  {
    rule: 'MO11',
    name: 'a stream that is to be closed stays open until all is merged',
    file: 'src/main/discovery/core/exchanges.ts',
    find: "          this.#env.out({ kind: 'close', id })\n",
    replace: '',
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
    find: 'if (error instanceof PeerscopeError && isForeign(error)) return null',
    replace: '',
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
    rule: 'MO12',
    name: 'a peer that we ask for a sync is sent entries of our layout',
    file: MOSAIK,
    find: 'new MosaikSyncAsker(view, layoutReadBy(view, peerId, layout))',
    replace: 'new MosaikSyncAsker(view, layout)',
  },
  {
    rule: 'MO12',
    name: 'a peer that asks us for a sync is sent entries of our layout',
    file: MOSAIK,
    find: 'new MosaikSyncAnswerer(view, layoutReadBy(view, peerId, layout))',
    replace: 'new MosaikSyncAnswerer(view, layout)',
  },
  {
    rule: 'MO12',
    name: 'a node does not look up what a peer reads that it asks',
    file: 'src/main/discovery/sync/syncs.ts',
    find: 'askSync(this.#viewFor(sync.peerId), sync.peerId, isFirst(sync))',
    replace: 'askSync(this.#viewFor(sync.peerId))',
  },
  {
    rule: 'MO12',
    name: 'a node does not look up what a peer reads that asks it',
    file: 'src/main/discovery/sync/inbound.ts',
    find: 'answerSync(this.#viewFor(peerId), peerId)',
    replace: 'answerSync(this.#viewFor(peerId))',
  },
  {
    rule: 'MO13',
    name: 'syncs bring entries of mosaik from the future',
    file: UPSERT,
    find: "if (version.updatedAt > now + config.maxTimeDrift) return 'FromTheFuture'",
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
