import { expect, it } from 'vitest'
import { Timeout } from '../../../../src/shared/errors.ts'
import { formsOf } from '../../../../src/shared/forms.ts'
import { peerIdFromAnyForm } from '../../../../src/shared/peer-form.ts'
import { describeFailure, sentence } from '../../../../src/renderer/src/ui/errors.ts'

const ID = 'ada61eb1ab12c29dfadccbee3ee5b8007dde1e0b51bb71a69edc87bd727f545e'

it("an error's message is shown as a sentence, and the id that it begins with as it is written", () => {
  expect(sentence('nobody answered')).toBe('Nobody answered.')
  expect(sentence('Which one?')).toBe('Which one?')
  expect(sentence(`${ID}@127.0.0.1:4433 is not dialed now`)).toBe(`${ID}@127.0.0.1:4433 is not dialed now.`)
  expect(sentence('added twice')).toBe('Added twice.')
})

it('a failure names peers as the people of the network do', () => {
  const thrown = new Timeout(`a ping with ${peerIdFromAnyForm(ID) ?? ''} took longer than 5000 ms`)
  const { said } = formsOf('mosaik')
  expect(describeFailure(thrown, said).message).toBe(`a ping with ${ID} took longer than 5000 ms`)
  expect(describeFailure(thrown).message).toContain('12D3Koo')
})
