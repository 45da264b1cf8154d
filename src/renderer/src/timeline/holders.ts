import { createContext, useContext, useMemo } from 'react'
import { useStore } from 'zustand'
import { holdersOf } from '../../../shared/address-holders.ts'
import { andList } from '../../../shared/and-list.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { useApp, useNotes } from '../stores/app-context.tsx'
import type { ReadStore } from '../stores/paced.ts'
import { paced } from '../stores/paced.ts'
import type { PeerStoreState } from '../stores/peer-store.ts'
import { formatCount } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { subjectOf } from './meaning.ts'

/** All peers are looked through, so that where many come and go it is done this seldom, milliseconds. */
const EVERY_MS = 5000
/** Holders of an address that are named. */
const NAMED = 3
const NOBODY: readonly PeerId[] = []

/** By the address, those whose entries have it. */
export type Holders = ReadonlyMap<string, readonly PeerId[]>
const NONE: Holders = new Map()

/** Whose addresses were dialed in the lines of a list. */
export const HoldersContext = createContext<Holders>(NONE)

/** The address of a dial that names no peer; null for all else. */
export function namelessTarget(logged: LoggedEvent): string | null {
  const { event } = logged
  return event.kind === 'DialFailed' && subjectOf(logged) === null ? event.target : null
}

/** The addresses that events dialed without naming a peer, as one text: it stays the same as a list grows by other events. */
export function namelessTargets(list: readonly LoggedEvent[]): string {
  return [...new Set(list.flatMap((logged) => namelessTarget(logged) ?? []))].join('\n')
}

/**
 * Who has addresses, looked for again when peers come or go: at once, and then once in `EVERY_MS`.
 * @param targets as `namelessTargets` gives them
 * @param look finds them among rows
 */
export function holdersIn(
  peers: ReadStore<PeerStoreState>,
  targets: string,
  look: (targets: readonly string[], rows: Iterable<PeerRow>) => Holders = holdersOf,
): ReadStore<Holders> {
  if (targets === '') return { getState: () => NONE, getInitialState: () => NONE, subscribe: () => () => undefined }
  const dialed = targets.split('\n')
  const seldom = paced(
    peers,
    () => EVERY_MS,
    () => true,
  )
  // The revision stands for the rows, which are changed in place.
  let found: { readonly structRev: number; readonly holders: Holders } | null = null
  const holders = (): Holders => {
    const { structRev, peers: rows } = seldom.getState()
    if (found?.structRev !== structRev) found = { structRev, holders: look(dialed, rows.values()) }
    return found.holders
  }
  return {
    getState: holders,
    getInitialState: holders,
    subscribe: (listener) => seldom.subscribe(() => listener(holders(), holders())),
  }
}

/** Who has the addresses that these events dialed without naming a peer, in the picture that is shown. */
export function useHolders(list: readonly LoggedEvent[]): Holders {
  const { peers } = useApp()
  const targets = useMemo(() => namelessTargets(list), [list])
  return useStore(useMemo(() => holdersIn(peers, targets), [peers, targets]))
}

/** Who has the address that an event dialed. */
export function useHoldersOf(logged: LoggedEvent): readonly PeerId[] {
  const target = namelessTarget(logged)
  const holders = useContext(HoldersContext)
  return target === null ? NOBODY : (holders.get(target) ?? NOBODY)
}

/** Whose address it is, to follow it; empty where nobody has it. */
export function useHolderWords(holders: readonly PeerId[]): string {
  const { notes } = useApp()
  useNotes((state) => state.notes)
  if (holders.length === 0) return ''
  const more = holders.length - NAMED
  const names = holders.slice(0, NAMED).map(notes.nameOf)
  return ` (${strings.timeline.addressOf(andList([...names, ...(more > 0 ? [strings.timeline.moreHolders(formatCount(more))] : [])]))})`
}
