import { notifications, notificationsStore } from '@mantine/notifications'
import { afterEach, describe, expect, it } from 'vitest'
import { tellFailure } from '../../../../src/renderer/src/controls/verbs.ts'
import { failureTitle } from '../../../../src/renderer/src/ui/strings-failures.ts'
import { strings } from '../../../../src/renderer/src/ui/strings.ts'
import { DialFailed, Unavailable } from '../../../../src/shared/errors.ts'

const told = (): readonly unknown[] => notificationsStore.getState().notifications.map(({ title }) => title)

describe('failures in the corner', () => {
  afterEach(() => notifications.clean())

  it('say once that the connection with the host broke, however many calls were under way', () => {
    for (let call = 0; call < 3; call += 1) tellFailure(new Unavailable('the connection with Peerscope is closed'))
    expect(told()).toEqual(['Peerscope does not answer'])
  })

  it('are called by no name of a class', () => {
    for (const code of [...Object.keys(strings.hints), 'constructor', 'Weird'])
      expect(failureTitle(code)).toMatch(/^[A-Z][a-z]* [\w ’]+$/)
  })

  it('say each other failure', () => {
    for (let call = 0; call < 2; call += 1) tellFailure(new DialFailed('nobody is there'))
    expect(told()).toEqual(['Could not connect', 'Could not connect'])
  })
})
