import { expect, it } from 'vitest'
import { goesOnAfterHangup, STAYS } from '../../../src/main/cli/hangup.ts'

it.each([
  ['started by nohup', { _: '/usr/bin/nohup' }, 'PATH=/bin\0_=/usr/bin/bash', true],
  ['started by nohup, by a system that does not tell of parents', { _: 'nohup' }, '', true],
  ['started by what nohup started', { _: '/usr/bin/nohup' }, 'PATH=/bin\0_=/usr/bin/nohup', false],
  ['started by a shell', { _: '/usr/bin/node' }, '', false],
  ['started by no shell', {}, '', false],
  ['told so by its launcher', { [STAYS]: '1' }, '', true],
])('a run %s goes on after its terminal: by %j and %j, %s', (_how, env, parent, stays) => {
  expect(goesOnAfterHangup(env, () => parent)).toBe(stays)
})
