import type { UniqueId } from '../../../shared/ids.ts'
import type { Edge, PeerRow } from '../../../shared/peer.ts'
import { RecentMap } from '../../../shared/recent-map.ts'

/** Different texts that are remembered, of each kind; at most twice as many. The peers of a network have the same few tags and streams. */
const TEXTS = 4096
const NONE: readonly never[] = []
const KINDS: { readonly [Kind in Edge['kind']]: Kind } = {
  connection: 'connection',
  neighbor: 'neighbor',
  holds: 'holds',
}

/** Rows with the texts that other rows have: each message brings its own copies, and those of ten thousand rows take megabytes. */
export class SharedTexts {
  readonly #words = new RecentMap<string, string>(TEXTS)
  readonly #ids = new RecentMap<UniqueId, UniqueId>(TEXTS)

  /** @param before the row of the same peer that this one replaces */
  row(given: PeerRow, before: PeerRow | undefined): PeerRow {
    return {
      ...given,
      peerId: before?.peerId ?? given.peerId,
      protocolVersion: shared(this.#words, given.protocolVersion),
      addresses: kept(given.addresses, before?.addresses),
      tags: sharedList(this.#words, given.tags, before?.tags),
      streams: sharedList(this.#ids, given.streams, before?.streams),
      functions: sharedList(this.#ids, given.functions, before?.functions),
      groups: sharedList(this.#ids, given.groups, before?.groups),
    }
  }
}

/** An edge's kind, by the text that all have. */
export function sharedKind(kind: Edge['kind']): Edge['kind'] {
  return KINDS[kind]
}

function sharedList<Text>(
  texts: RecentMap<Text, Text>,
  given: readonly Text[],
  before: readonly Text[] | undefined,
): readonly Text[] {
  const list = kept(given, before)
  return list === given ? given.map((text) => shared(texts, text)) : list
}

function shared<Text>(texts: RecentMap<Text, Text>, given: Text): Text {
  const known = texts.get(given)
  if (known !== undefined) return known
  texts.set(given, given)
  return given
}

/** The list of the row before, where that says the same. */
function kept<Text>(given: readonly Text[], before: readonly Text[] | undefined): readonly Text[] {
  if (given.length === 0) return NONE
  return before?.length === given.length && before.every((text, index) => text === given[index]) ? before : given
}
