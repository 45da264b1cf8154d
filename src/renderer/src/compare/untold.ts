/** What of two peers' knowledge was not told to us: that they do not know somebody is then not known. Pure. */
import { andList } from '../../../shared/and-list.ts'
import type { Gathered, KnowledgeScope } from '../../../shared/compare-peers.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { strings } from '../ui/strings.ts'
import type { CatalogSeen } from './compare-store.ts'

/** What a peer told of what counts; null for what does not count. */
export interface Untold {
  readonly links: 'told' | 'not asked' | 'not told here' | 'gone' | null
  readonly catalog: 'told' | 'not read' | 'not kept' | 'in part' | 'looking' | 'gone' | null
  /** Whether it is here, now: then it can be asked. */
  readonly here: boolean
  readonly self: boolean
}

/** Where the two are looked at. */
export interface Looked {
  readonly scope: KnowledgeScope
  /** Whether it is the network as it is now. */
  readonly now: boolean
  /** Whether peers of this network tell their links. */
  readonly neighbors: boolean
}

/** What a peer told. @param row undefined where nothing of it is shown. @param seen its catalog, as it was looked up */
export function untoldOf(
  { toldAt, heldAt, partHeldAt }: Pick<Gathered, 'toldAt' | 'heldAt' | 'partHeldAt'>,
  row: Pick<PeerRow, 'self' | 'state'> | undefined,
  seen: CatalogSeen | undefined,
  { scope, now, neighbors }: Looked,
): Untold {
  // Our own links and catalog are seen.
  const self = row?.self === true
  // What it told is let go of as it goes, whether or not there was anything.
  const went = isGone(row)
  const links = self || toldAt !== null ? 'told' : !neighbors ? 'not told here' : went ? 'gone' : 'not asked'
  const then = partHeldAt === null ? 'not kept' : 'in part'
  // What was found is compared a moment later.
  const unread = !now
    ? then
    : seen?.state === 'asked' || seen?.state === 'seen'
      ? 'looking'
      : went
        ? 'gone'
        : 'not read'
  return {
    links: scope === 'catalogs' ? null : links,
    catalog: scope === 'links' ? null : self || heldAt !== null ? 'told' : unread,
    here: now && row?.state === 'online',
    self,
  }
}

/** Whether a peer was here and went: what it told went with it. */
export function isGone(row: Pick<PeerRow, 'state'> | undefined): boolean {
  return row !== undefined && row.state !== 'online' && row.state !== 'stored'
}

/** Whether it told all that counts. */
export function isWhole({ links, catalog }: Untold): boolean {
  return (links === null || links === 'told') && (catalog === null || catalog === 'told')
}

/** What is not known of it, why, and what to do; null where it told all, or that is being looked up. */
export function untoldWords(name: string, { links, catalog, here }: Untold): string | null {
  const text = strings.compare
  const why = [links, catalog].flatMap((one) =>
    one === null || one === 'told' || one === 'looking' ? [] : text.untoldWhy[one],
  )
  if (why.length === 0) return null
  const isPartly = links === 'told' || catalog === 'told' || catalog === 'in part'
  const sentence = (isPartly ? text.partlyTold : text.notTold)(name, andList([...new Set(why)]))
  const verbs = [...(links === 'not asked' ? [text.ask] : []), ...(catalog === 'not read' ? [text.syncVerb] : [])]
  if (verbs.length === 0) return sentence
  return `${sentence} ${here ? text.pressAbove(andList(verbs)) : text.cannotAsk}`
}
