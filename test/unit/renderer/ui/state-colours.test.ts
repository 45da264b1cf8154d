import { expect, it } from 'vitest'
import { stateColour, stateGroup } from '../../../../src/renderer/src/graph/colours.ts'
import type { PeerState } from '../../../../src/shared/peer.ts'
import { STATE_WORDS, stateWord } from '../../../../src/shared/state-words.ts'
import { peerRow } from '../../../support/renderer/fake-network.ts'

it('each word that lists show for a peer has one colour, which is that of the legend', () => {
  const colours = new Map<string, number>()
  for (const state of Object.keys(STATE_WORDS) as PeerState[])
    for (const self of [false, true])
      for (const neighbor of [false, true])
        for (const connected of [false, true]) {
          const row = peerRow(1, { state, self, neighbor, connected })
          const [word, colour] = [stateWord(row), stateColour(stateGroup(row), 'dark')]
          expect([word, colour]).toEqual([word, colours.get(word) ?? colour])
          colours.set(word, colour)
        }
  expect([...colours.keys()]).toEqual(expect.arrayContaining(['here', 'connected', 'neighbor', 'ourselves', 'left']))
})
