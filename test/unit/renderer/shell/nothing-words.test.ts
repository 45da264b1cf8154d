import { expect, test } from 'vitest'
import { endWords } from '../../../../src/renderer/src/shell/nothing-words.ts'

test('a history says how it ended', () => {
  const words = (['left', 'closed', 'left or closed'] as const).map((how) => endWords({ how }))
  expect(words).toEqual([
    'It ends here: we left the network.',
    'It ends here: Peerscope was closed.',
    // An earlier version did not say which.
    'It ends here: we left the network, or Peerscope was closed.',
  ])
  expect(endWords({ how: 'killed' })).toContain('without a goodbye')
  expect(endWords({ how: 'failed', reason: 'the demo swarm ended' })).toBe(
    'It ends here: the network ended by itself (the demo swarm ended).',
  )
})
