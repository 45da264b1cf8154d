import { expect, test } from 'vitest'
import type { DialOutcome } from '../../../../src/shared/contract.ts'
import type { App } from '../../../../src/renderer/src/stores/app-context.tsx'
import { runVerb } from '../../../../src/renderer/src/controls/dialogs.tsx'
import { strings } from '../../../../src/renderer/src/ui/strings.ts'
import { peerRow } from '../../../support/renderer/fake-network.ts'

const row = peerRow(1, { addresses: ['/ip4/192.0.2.1/tcp/1', '/ip4/192.0.2.2/tcp/1'] })

function appWith(...reasons: readonly (string | null)[]): App {
  const outcomes: readonly DialOutcome[] = reasons.map((reason) => ({
    address: '/ip4/192.0.2.1/tcp/1',
    peerId: reason === null ? row.peerId : null,
    reason,
  }))
  return {
    peers: { getState: () => ({ kind: 'peerscope', peers: new Map([[row.peerId, row]]) }) },
    client: { peers: { dial: () => Promise.resolve(outcomes) } },
  } as unknown as App
}

test('[WK4] a peer that was reached at one of its addresses is connected; else the window says why not', async () => {
  expect(await runVerb(appWith('connection refused', null), 'dial', row.peerId)).toBe(strings.inspector.dialed)
  await expect(runVerb(appWith('connection refused', 'no route'), 'dial', row.peerId)).rejects.toMatchObject({
    code: 'DialFailed',
    message: 'connection refused\nno route',
  })
})

test('of many reasons the first ones are told', async () => {
  const many = Array.from({ length: 9 }, (_, index) => `reason ${index}`)
  await expect(runVerb(appWith(...many), 'dial', row.peerId)).rejects.toMatchObject({
    message: 'reason 0\nreason 1\nreason 2\nreason 3\n… and 5 more, see the timeline',
  })
})
