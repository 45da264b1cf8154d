/** What happened, as the command line says it. */
import { expect, it } from 'vitest'
import { describeEvent } from '../../../src/main/cli/output.ts'
import { NotDialed } from '../../../src/shared/errors.ts'
import { nickname } from '../../../src/shared/nickname.ts'
import { formatLocal } from '../../../src/shared/time.ts'
import { idOf } from '../../support/discovery/entries.ts'

const peerId = idOf('ann')
const target = `/ip4/10.0.0.1/tcp/1/p2p/${peerId}`
const where = `${nickname(peerId)} at ${target}`

it('tells a dial that failed from one that nobody made, and names what was dialed once', () => {
  const said = (reason: string, why?: 'noAddress') =>
    describeEvent({ kind: 'DialFailed', target, reason, ...(why === undefined ? {} : { notDialed: why }) }, 1)
  expect(said(`${target} could not be reached: connection refused`)).toBe(`dial failed ${where}  connection refused`)
  expect(said('no answer in time')).toBe(`dial failed ${where}  no answer in time`)
  expect(said(new NotDialed(target, 'noAddress').message, 'noAddress')).toBe(
    `not dialed  ${where}  it tells no address`,
  )
})

it('says of a refused entry when it was signed, as a time', () => {
  const [startedAt, updatedAt] = [1_796_076_124_939, 1_796_076_368_873]
  const said = (detail: string) =>
    describeEvent({ kind: 'EntryRejected', peerId, reason: 'Outdated', source: 'ping', detail }, 1)
  expect(said(`version ${startedAt}.${updatedAt}`)).toContain(
    `too old: signed ${formatLocal(updatedAt)}, started ${formatLocal(startedAt)}`,
  )
  expect(said(`started ${startedAt}`)).toContain(`too old: started ${formatLocal(startedAt)}`)
  // No calendar holds what a stranger may state.
  expect(said(`started ${Number.MAX_SAFE_INTEGER}`)).toContain('too old: started @')
  expect(said('announced')).toContain('too old: announced')
})
