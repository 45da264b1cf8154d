import { expect, it } from 'vitest'
import { whyWords } from '../../../../src/renderer/src/inspector/why-words.ts'
import { nickname } from '../../../../src/shared/nickname.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

const peerId = peerIdAt(1)
const known = nickname(peerId)
const sentence = `${known} went silent 1 min ago.`

it('names the peer as the user does, letter by letter', () => {
  expect(whyWords({ peerId, sentence }, 'db-7')).toBe('db-7 went silent 1 min ago.')
  expect(whyWords({ peerId, sentence }, '$&')).toBe('$& went silent 1 min ago.')
})

it('names it as other views do where the user gave no name, and leaves a sentence that does not begin with one', () => {
  expect(whyWords({ peerId, sentence }, known)).toBe(`${known} went silent 1 min ago.`)
  expect(whyWords({ peerId, sentence: 'This is our own node.' }, 'db-7')).toBe('This is our own node.')
})
