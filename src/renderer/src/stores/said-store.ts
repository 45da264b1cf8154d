/** What the window says in passing: what was done, what failed, what can be undone, what is under way. */
import type { ReactNode } from 'react'
import { createStore } from 'zustand/vanilla'

/** One message. */
export interface Said {
  readonly id: number
  readonly tone: 'done' | 'plain' | 'bad'
  /** Empty for none. */
  readonly title: string
  readonly message: ReactNode
  /** Messages of one key are one, which the newest stands for. */
  readonly key: string
  /** How often it was said. */
  readonly times: number
  /** When it goes by itself, milliseconds of `performance.now`; null for not. */
  readonly until: number | null
}

/** What is to be said. */
export interface ToSay {
  readonly message: ReactNode
  readonly tone?: Said['tone']
  readonly title?: string
  /** Left out: what reads the same is the same. */
  readonly key?: string
  /** How long it stays, milliseconds; null for as long as it is not taken back. */
  readonly stayMs?: number | null
}

/** How long a message stays, milliseconds. */
const STAY_MS = 4000
/** Messages that are kept, beside those of what is under way; the oldest go first. */
const MAX_SAID = 20

/** The messages, the newest first. */
export const saidStore = createStore<{ readonly said: readonly Said[] }>()(() => ({ said: [] }))

let next = 0

/** Says something. @returns its id */
export function say({ message, tone = 'plain', title = '', key, stayMs = STAY_MS }: ToSay): number {
  next += 1
  const id = next
  const of = key ?? (typeof message === 'string' ? `${title} ${message}` : `#${id}`)
  const until = stayMs === null ? null : performance.now() + stayMs
  saidStore.setState(({ said }) => {
    const times = (said.find((one) => one.key === of)?.times ?? 0) + 1
    const one: Said = { id, tone, title, message, key: of, times, until }
    const all = [one, ...said.filter((other) => other.key !== of)]
    return { said: all.filter(({ until: end }, index) => end === null || index < MAX_SAID) }
  })
  return id
}

/** Replaces its text. Does nothing once it is gone. */
export function sayInstead(id: number, message: ReactNode): void {
  saidStore.setState(({ said }) => ({ said: said.map((one) => (one.id === id ? { ...one, message } : one)) }))
}

/** Takes it back. */
export function unsay(id: number): void {
  saidStore.setState(({ said }) => ({ said: said.filter((one) => one.id !== id) }))
}

/** Takes back the message of a key. */
export function unsayKey(key: string): void {
  saidStore.setState(({ said }) => ({ said: said.filter((one) => one.key !== key) }))
}

/** Removes messages whose time is over, but none while the strip is under the pointer or has the focus. */
export function letGoUnread(strip: { matches(selector: string): boolean } | null, now: number): void {
  // Asked each time: a focused button that is removed tells of no blur.
  if (strip?.matches(':hover, :focus-within') !== true) letGo(now)
}

/** Removes messages whose time is over. */
export function letGo(now: number): void {
  const { said } = saidStore.getState()
  const left = said.filter(({ until }) => until === null || now < until)
  if (left.length < said.length) saidStore.setState({ said: left })
}
