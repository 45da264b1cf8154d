import { expect, it } from 'vitest'
import { strings } from '../../../../src/renderer/src/ui/strings.ts'

it('rules, notices and what watching says have one of something in the singular', () => {
  const { watches } = strings.alerts
  expect(watches.count('below', '1', '', '')).toBe('no peer')
  expect(watches.count('below', '1', 'tag:role:*', '')).toBe('no peer that passes tag:role:*')
  expect(watches.count('above', '2', 'tag:role:*', ', for 1 min')).toBe(
    'more than 2 peers that pass tag:role:*, for 1 min',
  )
  expect(strings.watch.watchingFilter('x', 1)).toContain('when no such peer is here, or')
  expect(strings.watch.watchingFilter('x', 2)).toContain('fewer than 2 peers are here')
})
