/** Reads the journal: what was shown at a moment, and what changed after it. */
import { inflateRawSync } from 'node:zlib'
import type { DiscoveryEvent } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Edge, PeerRow } from '../../../shared/peer.ts'
import { goneRow } from '../rows.ts'
import type { Op, PartContent } from './encoder.ts'
import { bookOf, EDGE_KINDS, OP } from './encoder.ts'
import { cameRow, moment, rowFrom } from './row-fields.ts'

/** Hears of changes as they are replayed. */
export interface ReplayWatcher {
  row(row: PeerRow, at: number): void
  rowGone(peerId: PeerId, at: number): void
  edge(edge: Edge, at: number): void
  edgeGone(edge: Edge, at: number): void
  /** The run was over. */
  ended(at: number): void
}

/** A part as it is stored. Times are milliseconds since the epoch. */
interface StoredPart {
  readonly at: number
  readonly bytes: Uint8Array
}

/** What is shown, as the parts of one group make it. */
export class Replay {
  readonly #ids: PeerId[] = []
  readonly #rows = new Map<number, PeerRow>()
  /** By book and who said them, then by what they are about. */
  readonly #said = new Map<string, Map<string, Edge>>()
  #whole = false
  #endedAt: number | null = null

  /** Whether all is there that the group begins with. */
  get whole(): boolean {
    return this.#whole
  }

  /** From when on nobody was shown, milliseconds since the epoch: the run was over. Null while it is not. */
  get endedAt(): number | null {
    return this.#endedAt
  }

  /** How many rows there are. */
  get size(): number {
    return this.#rows.size
  }

  *rows(): Iterable<PeerRow> {
    yield* this.#rows.values()
  }

  *edges(): Iterable<Edge> {
    for (const said of this.#said.values()) yield* said.values()
  }

  /**
   * Takes the changes of a part up to the moment; `watcher` hears of those that come after `after`.
   * @returns false for a part that cannot be read
   */
  take(part: StoredPart, upTo: number, watcher?: ReplayWatcher, after = -Infinity): boolean {
    const content = contentOf(part.bytes)
    if (content === null) return false
    this.#ids.push(...content.ids)
    for (const op of content.ops) {
      const at = part.at + op[1]
      if (at > upTo) return true
      this.#apply(op, at, at > after ? watcher : undefined)
    }
    this.#whole ||= content.whole === true
    return true
  }

  /** Takes an event that was not written to the journal: who came, and who left. Null is the end of the run. */
  hear(event: DiscoveryEvent | null, at: number, watcher?: ReplayWatcher): void {
    if (event === null) return this.#end(at, watcher)
    if (event.kind !== 'PeerDeparted' && event.kind !== 'PeerDiscovered') return
    const known = this.#ids.indexOf(event.peerId)
    const peer = known < 0 ? this.#ids.length : known
    const before = this.#rows.get(peer)
    if (event.kind === 'PeerDiscovered') {
      if (known < 0) this.#ids.push(event.peerId)
      const row = cameRow(event, before, at)
      this.#rows.set(peer, row)
      watcher?.row(row, at)
      return
    }
    if (before === undefined) return
    // Nothing tells that a connection closed: one to a peer that went silent may be open, who said goodbye closes it.
    const row = goneRow(before, event.reason, before.connected && event.reason !== 'graceful')
    this.#rows.set(peer, row)
    watcher?.row(row, at)
    for (const said of this.#said.values())
      for (const [key, edge] of said) {
        if (edge.a !== event.peerId && edge.b !== event.peerId && edge.saidBy !== event.peerId) continue
        said.delete(key)
        watcher?.edgeGone(edge, at)
      }
  }

  #apply(op: Op, at: number, watcher: ReplayWatcher | undefined): void {
    switch (op[0]) {
      case OP.row: {
        const [, , peer, fields] = op
        const peerId = this.#ids[peer]
        if (peerId === undefined) return
        const row = rowFrom(fields, this.#rows.get(peer), peerId, at)
        this.#rows.set(peer, row)
        watcher?.row(row, at)
        return
      }
      case OP.gone: {
        const peerId = this.#ids[op[2]]
        this.#rows.delete(op[2])
        if (peerId !== undefined) watcher?.rowGone(peerId, at)
        return
      }
      case OP.edge:
      case OP.edgeGone: {
        const [, , a, b, kind, saidBy] = op
        const edge = this.#edge(a, b, kind, saidBy, op[0] === OP.edge ? moment(op[6], at) : 0)
        if (edge === null) return
        const said = this.#saidBy(saidBy, bookOf(edge))
        const key = `${kind} ${a} ${b}`
        if (op[0] === OP.edgeGone) {
          said.delete(key)
          watcher?.edgeGone(edge, at)
        } else {
          said.set(key, edge)
          watcher?.edge(edge, at)
        }
        return
      }
      case OP.again: {
        const [, , saidBy, book, time] = op
        const said = this.#saidBy(saidBy, book)
        for (const [key, edge] of said) {
          const again = { ...edge, at: moment(time, at) }
          said.set(key, again)
          watcher?.edge(again, at)
        }
        return
      }
      case OP.end:
        this.#end(at, watcher)
    }
  }

  #end(at: number, watcher: ReplayWatcher | undefined): void {
    this.#endedAt = at
    watcher?.ended(at)
  }

  #edge(a: number, b: number, kindAt: number, saidByAt: number, at: number): Edge | null {
    const [from, to, saidBy, kind] = [this.#ids[a], this.#ids[b], this.#ids[saidByAt], EDGE_KINDS[kindAt]]
    if (from === undefined || to === undefined || saidBy === undefined || kind === undefined) return null
    return { a: from, b: to, kind, saidBy, at }
  }

  #saidBy(saidBy: number, book: 0 | 1): Map<string, Edge> {
    const key = `${book} ${saidBy}`
    const known = this.#said.get(key)
    if (known !== undefined) return known
    const said = new Map<string, Edge>()
    this.#said.set(key, said)
    return said
  }
}

/** Only our own encoder writes parts; null where a damaged file has made something else of one. */
function contentOf(bytes: Uint8Array): PartContent | null {
  try {
    const content = JSON.parse(inflateRawSync(bytes).toString()) as PartContent
    return Array.isArray(content.ids) && Array.isArray(content.ops) ? content : null
  } catch {
    return null
  }
}
