/** What was shown of a network at a past moment, as the journal has it. */
import type { NetworkKey } from '../../../shared/network-kind.ts'
import type { JournalPart, JournalPlace } from '../../store/journal-types.ts'
import type { StoreReader } from '../../store/types.ts'
import { turn } from '../turns.ts'
import { Replay } from './replay.ts'
import type { TailStore } from './tail.ts'
import { tailOf } from './tail.ts'

type JournalStore = TailStore & Pick<StoreReader, 'journalPlace' | 'journalPart'>

/** What was shown at a moment. */
export interface Shown {
  /** Null where the network was not joined, or nobody looked. */
  readonly replay: Replay | null
  /** From when on nobody was shown, milliseconds since the epoch; null where somebody was. */
  readonly endedAt: number | null
  /** Where the journal goes on. */
  readonly place: JournalPlace
}

/**
 * What was shown at the moment, in turns.
 * @returns null where the journal does not reach, or has a gap: what was logged tells then
 * @throws what the signal was fired with, between two turns
 */
export async function shownAt(
  store: JournalStore,
  networkKey: NetworkKey,
  at: number,
  signal?: AbortSignal,
): Promise<Shown | null> {
  const place = store.journalPlace(networkKey, at)
  if (place === null) return null
  const replay = new Replay()
  let expected = 0
  for (let part = firstPart(store, networkKey, place); part !== null; part = nextPart(store, networkKey, part, place)) {
    // Before anything is written after our clock was put back, what it showed too early is what was shown last.
    const until = part.at > at ? Infinity : at
    // One that could not be written is missing: what follows cannot be understood.
    if (part.part !== expected || !replay.take(part, until)) return null
    expected += 1
    await turn()
    signal?.throwIfAborted()
  }
  if (!replay.whole) return null
  if (place.last && replay.endedAt === null)
    for await (const { event, at: then } of tailOf(store, networkKey, { until: place.until, to: at }, signal))
      replay.hear(event, then)
  const { endedAt } = replay
  return { replay: endedAt === null ? replay : null, endedAt, place }
}

function firstPart(store: JournalStore, networkKey: NetworkKey, { from, to }: JournalPlace): JournalPart | null {
  return store.journalPart(networkKey, from, to)
}

function nextPart(
  store: JournalStore,
  networkKey: NetworkKey,
  { id }: JournalPart,
  { to }: JournalPlace,
): JournalPart | null {
  return id >= to ? null : store.journalPart(networkKey, id + 1, to)
}
