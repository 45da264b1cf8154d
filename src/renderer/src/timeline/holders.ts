import { createContext, useContext, useMemo } from 'react'
import { holdersOf } from '../../../shared/address-holders.ts'
import { andList } from '../../../shared/and-list.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { useSlowly } from '../health/use-slowly.ts'
import { useApp, useNotes, usePeers } from '../stores/app-context.tsx'
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

/** Whose addresses were dialed in the lines of a list. */
export const HoldersContext = createContext<Holders>(new Map())

/** The address of a dial that names no peer; null for all else. */
export function namelessTarget(logged: LoggedEvent): string | null {
  const { event } = logged
  return event.kind === 'DialFailed' && subjectOf(logged) === null ? event.target : null
}

/** Who has the addresses that these events dialed without naming a peer, in the picture that is shown: looked for again when peers come or go. */
export function useHolders(list: readonly LoggedEvent[]): Holders {
  const { peers } = useApp()
  // One text, which stays the same as the list grows by other events.
  const targets = useMemo(() => [...new Set(list.flatMap((logged) => namelessTarget(logged) ?? []))].join('\n'), [list])
  const structRev = useSlowly(
    usePeers((state) => (targets === '' ? 0 : state.structRev)),
    EVERY_MS,
  )
  const { holders } = useMemo(() => {
    const dialed = targets === '' ? [] : targets.split('\n')
    return { holders: holdersOf(dialed, peers.getState().peers.values()), structRev }
    // The revision stands for the rows, which are changed in place.
  }, [peers, targets, structRev])
  return holders
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
