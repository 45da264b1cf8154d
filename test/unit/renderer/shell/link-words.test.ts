import { expect, test } from 'vitest'
import { linkWords } from '../../../../src/renderer/src/shell/link-words.ts'
import type { LinkState } from '../../../../src/renderer/src/stores/subscription.ts'
import { strings } from '../../../../src/renderer/src/ui/strings.ts'

const { link: text } = strings

function words(state: LinkState['state'], downMs: number, desktop = false): string | null {
  return linkWords({ state, reason: '', heardAt: 1000, silentSince: null, liveAt: 1000 }, 1000 + downMs, desktop)
}

test('a lost link is tried again, and after a quarter of a minute the user is told what to do', () => {
  expect(words('lost', 0)).toBe(text.lost)
  expect(words('lost', 14_999)).toBe(text.lost)
  expect(words('lost', 15_000)).toBe(text.lostLong)
  expect(words('lost', 15_000, true)).toBe(text.lostLongDesktop)
})

test('a host that said goodbye was stopped, however long ago', () => {
  expect(words('ended', 0)).toBe(text.ended)
  expect(words('ended', 60_000)).toBe(text.ended)
})

test('a first connection may take its time, and a live or refused one is told elsewhere', () => {
  expect(words('connecting', 14_999)).toBeNull()
  expect(words('connecting', 15_000)).toBe(text.lostLong)
  expect(words('live', 60_000)).toBeNull()
  expect(words('refused', 60_000)).toBeNull()
})

test('a link that stands while the engine owes an answer is told, and later what to do', () => {
  const link = { state: 'live', reason: '', heardAt: 9000, silentSince: 10_000, liveAt: 1000 } as const
  expect(linkWords(link, 15_000, false)).toBe(text.silent)
  expect(linkWords(link, 24_999, true)).toBe(text.silent)
  expect(linkWords(link, 25_000, true)).toBe(text.silentLong)
})
