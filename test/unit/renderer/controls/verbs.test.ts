import { notifications, notificationsStore } from '@mantine/notifications'
import { afterEach, describe, expect, it } from 'vitest'
import { tellFailure } from '../../../../src/renderer/src/controls/verbs.ts'
import { DialFailed, Unavailable } from '../../../../src/shared/errors.ts'

const told = (): readonly unknown[] => notificationsStore.getState().notifications.map(({ title }) => title)

describe('failures in the corner', () => {
  afterEach(() => notifications.clean())

  it('say once that the connection with the host broke, however many calls were under way', () => {
    for (let call = 0; call < 3; call += 1) tellFailure(new Unavailable('the connection with Peerscope is closed'))
    expect(told()).toEqual(['Unavailable'])
  })

  it('say each other failure', () => {
    for (let call = 0; call < 2; call += 1) tellFailure(new DialFailed('nobody is there'))
    expect(told()).toEqual(['DialFailed', 'DialFailed'])
  })
})
