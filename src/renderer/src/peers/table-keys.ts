/** What keys do in the table of peers. */
import type { PeerId } from '../../../shared/ids.ts'
import { all, extend, goTo, none, toggle } from './selection.ts'
import type { Selection } from './selection.ts'

/** A key as the browser tells it. */
export interface Key {
  readonly key: string
  readonly shift: boolean
  /** Ctrl, or Cmd on a Mac. */
  readonly mod: boolean
}

/** What is to be done for a key. */
export type KeyAction =
  | { readonly type: 'select'; readonly selection: Selection; readonly reveal: number | null }
  | { readonly type: 'open' }
  | { readonly type: 'copy'; readonly ids: readonly PeerId[] }
  | { readonly type: 'close' }

/** What a key does; null for keys that are not the table's. `page`: rows that fit. */
export function onKey(key: Key, selection: Selection, order: readonly PeerId[], page: number): KeyAction | null {
  if (key.key === 'Escape') {
    return selection.ids.size > 0 ? { type: 'select', selection: none(selection), reveal: null } : { type: 'close' }
  }
  if (key.mod && key.key.toLowerCase() === 'a')
    return { type: 'select', selection: all(selection, order), reveal: null }
  if (key.mod && key.key.toLowerCase() === 'c') {
    // In the order of the table; without a choice the one that the keyboard is on.
    const ids =
      selection.ids.size === 0
        ? order.filter((one) => one === selection.cursor)
        : order.filter((one) => selection.ids.has(one))
    return ids.length === 0 ? null : { type: 'copy', ids }
  }
  if (key.key === 'Enter') return selection.cursor === null ? null : { type: 'open' }
  const at = selection.cursor === null ? -1 : order.indexOf(selection.cursor)
  if (key.key === ' ') {
    const { cursor } = selection
    if (cursor === null || at < 0) return null
    const next = key.shift ? extend(selection, order, cursor) : toggle(selection, cursor)
    return { type: 'select', selection: next, reveal: null }
  }
  const target = targetOf(key.key, at, order.length - 1, page)
  const peerId = target === null ? undefined : order[target]
  if (peerId === undefined) return null
  return {
    type: 'select',
    selection: key.shift ? extend(selection, order, peerId) : goTo(selection, peerId),
    reveal: target,
  }
}

function targetOf(key: string, at: number, last: number, page: number): number | null {
  const targets: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: last,
  }
  const target = targets[key]
  return target === undefined || last < 0 ? null : Math.min(last, Math.max(0, target))
}
