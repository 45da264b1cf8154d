import { expect, test } from 'vitest'
import { undialable } from '../../../../src/renderer/src/inspector/dialable.ts'
import { shownClass } from '../../../../src/renderer/src/ui/address-class.ts'

const RELAY = '/iroh-relay/https%3A%2F%2Frelay.example%2F'

test('a relay is dialed only where it is one that was chosen', () => {
  expect(undialable(RELAY, 'off')).toMatch(/relays are off/)
  expect(undialable(RELAY, 'https://other.example/')).toMatch(/not the relay/)
  expect(undialable(RELAY, 'https://relay.example/')).toBeNull()
  expect(undialable(RELAY, 'default')).toMatch(/if it is one of/)
})

test('IP addresses are dialed, unknown kinds never', () => {
  expect(undialable('/ip4/1.2.3.4/udp/1/quic-v1', 'off')).toBeNull()
  expect(undialable('/iroh-custom/7/00', 'default')).toMatch(/does not know/)
})

test('an address at a relay is of the class of relayed ones', () => {
  expect(shownClass(RELAY)).toBe('relayed')
  expect(shownClass(`${'ab'.repeat(32)}@https://relay.example/`)).toBe('relayed')
  expect(shownClass('/ip4/93.184.216.9/udp/4433/quic-v1')).toBe('public')
  expect(shownClass('/iroh-custom/7/00')).toBe('reserved')
})
