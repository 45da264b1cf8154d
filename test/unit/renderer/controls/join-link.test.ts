import { expect, test } from 'vitest'
import { isPasted, linkIn, readLink } from '../../../../src/renderer/src/controls/join-link.ts'
import type { JoinDraft } from '../../../../src/renderer/src/stores/ui-store.ts'
import { invitationText } from '../../../../src/shared/invitation.ts'
import { endpointIdOf } from '../../../../src/shared/peer-form.ts'
import { createFakeApi } from '../../../support/renderer/fake-api.ts'
import { fakeSnapshot, peerIdAt } from '../../../support/renderer/fake-network.ts'

const ADDRESS = `/ip4/192.0.2.7/tcp/4001/p2p/${peerIdAt(1)}`
const DRAFT: JoinDraft = {
  kind: 'peerscope',
  network: 'other',
  bootstrap: '/ip4/198.51.100.1/tcp/1',
  tags: ['role:observer'],
  relay: 'off',
  relayUrl: '',
  entryVersion: '',
}
const info = () => createFakeApi(() => fakeSnapshot(1, 0)).client.app.info()

test('a link is found in what people paste: a mail, a command line, a sentence', () => {
  const invitation = { network: "it's mine", bootstrap: [ADDRESS] }
  const link = 'peerscope://join?network=a%20b'
  expect(linkIn(invitationText(invitation))).toContain('bootstrap=/ip4/192.0.2.7/tcp/4001/p2p/')
  expect(linkIn(`peerscope node --invite '${link}'`)).toBe(link)
  expect(linkIn(`Open <${link}>, or (${link}).`)).toBe(link)
  expect(linkIn('PEERSCOPE://join?network=x')).toBe('PEERSCOPE://join?network=x')
  expect(linkIn('my-network')).toBeNull()
  expect(linkIn(`${'x'.repeat(100_000)} ${link}`)).toBeNull()
})

test('a link fills kind, network and addresses, says so, and leaves the rest', async () => {
  const known = await info()
  const read = readLink(`peerscope://join?network=my-net&bootstrap=${ADDRESS}&utm=1`, DRAFT, known)
  expect(read).toMatchObject({ kind: 'filled', draft: { ...DRAFT, network: 'my-net', bootstrap: ADDRESS } })
  expect(read.kind === 'filled' && read.said).toMatch(/Peerscope network “my-net”, 1 address\..*utm/)
  const hex = endpointIdOf(peerIdAt(1))
  const mosaik = readLink(`peerscope://join?network=m&bootstrap=${hex}@192.0.2.7:4433&kind=mosaik`, DRAFT, known)
  expect(mosaik).toMatchObject({ kind: 'filled', draft: { kind: 'mosaik', bootstrap: `${hex}@192.0.2.7:4433` } })
  // Addresses of what stood there before belong to another network.
  expect(readLink('peerscope://join?network=alone', DRAFT, known)).toMatchObject({ draft: { bootstrap: '' } })
})

test('a link that cannot be used says why, and fills nothing', async () => {
  const known = await info()
  expect(readLink('peerscope://join?bootstrap=x', DRAFT, known)).toEqual({
    kind: 'wrong',
    problem: 'This invitation link cannot be used. The invitation names no network.',
  })
  const without = { ...known, kinds: known.kinds.map((one) => ({ ...one, unavailable: 'no iroh here' })) }
  expect(readLink('peerscope://join?network=m&kind=mosaik', DRAFT, without)).toMatchObject({
    kind: 'wrong',
    problem: expect.stringMatching(/No iroh here/),
  })
  expect(readLink('my-network', DRAFT, known)).toEqual({ kind: 'none' })
})

test('what grows at once was pasted; what grows letter by letter is typed', () => {
  expect(isPasted('', 'peerscope://join?network=x')).toBe(true)
  expect(isPasted('peerscope://join?network=', 'peerscope://join?network=x')).toBe(false)
})
