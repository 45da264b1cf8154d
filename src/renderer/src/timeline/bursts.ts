import type { EventKind, LoggedEvent } from '../../../shared/events.ts'
import { peerOf } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'

/** Events of one kind that follow each other within this time are one burst, in milliseconds. */
const GAP_MS = 3000
/** Fewer are shown one by one. */
const LEAST = 5

/** A line of the timeline: an event, or a burst that is folded or opened. */
export type Line =
  | { readonly type: 'event'; readonly logged: LoggedEvent; readonly within: boolean }
  | {
      readonly type: 'burst'
      /** Number of its oldest event: stays while newer ones are added. */
      readonly key: number
      readonly kind: EventKind
      readonly newest: LoggedEvent
      readonly oldest: LoggedEvent
      readonly count: number
      /** Peers that it is about, each once. */
      readonly peers: readonly PeerId[]
      readonly open: boolean
    }

/** Folds bursts in a list that has the newest first. `open` has the keys of those that the user opened. */
export function foldBursts(list: readonly LoggedEvent[], open: ReadonlySet<number>): Line[] {
  const lines: Line[] = []
  for (let from = 0; from < list.length;) {
    const to = burstEnd(list, from)
    const burst = list.slice(from, to)
    const [newest, oldest] = [burst[0], burst.at(-1)]
    if (newest === undefined || oldest === undefined) break
    if (burst.length < LEAST) {
      for (const logged of burst) lines.push({ type: 'event', logged, within: false })
    } else {
      const opened = open.has(oldest.seq)
      lines.push({
        type: 'burst',
        key: oldest.seq,
        kind: newest.event.kind,
        newest,
        oldest,
        count: burst.length,
        peers: [...new Set(burst.flatMap((logged) => peerOf(logged.event) ?? []))],
        open: opened,
      })
      if (opened) for (const logged of burst) lines.push({ type: 'event', logged, within: true })
    }
    from = to
  }
  return lines
}

/** A line's name, the same as long as it is there. */
export function lineKey(line: Line | undefined): string | number {
  if (line === undefined) return 'end'
  return line.type === 'event' ? line.logged.seq : `burst ${line.key}`
}

/** The number of the newest event of a line. */
export function newestSeq(line: Line): number {
  return line.type === 'event' ? line.logged.seq : line.newest.seq
}

function burstEnd(list: readonly LoggedEvent[], from: number): number {
  let to = from + 1
  for (; to < list.length; to += 1) {
    const [before, next] = [list[to - 1], list[to]]
    if (before === undefined || next === undefined) break
    if (next.event.kind !== before.event.kind || before.at - next.at > GAP_MS) break
  }
  return to
}
