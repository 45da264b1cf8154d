import { join } from 'node:path'
import type { Alert } from '../../src/shared/alerts.ts'
import type { LoggedEvent } from '../../src/shared/events.ts'
import { ALL_HOSTILE, IN_TAGS, unseenIn } from '../support/hostile-text.ts'
import { fakeStatus, peerIdAt, peerRow } from '../support/renderer/fake-network.ts'
import { takePicture } from './app.ts'
import { expect, test } from './synthetic.ts'

test.use({ size: 6 })

const SAID = join(import.meta.dirname, 'page', 'said.js')

test('a peer that hides and turns text is shown as what it is, in every view', async ({ synthetic }, info) => {
  const page = await synthetic.open(async (empty) => {
    await empty.addInitScript({ path: SAID })
  })
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '6')
  const hostile = peerRow(3, { tags: IN_TAGS.map((text, at) => `${at}:${text}yaler`), addresses: [ALL_HOSTILE] })
  const status = { ...fakeStatus(5, Date.now()), network: { ...fakeStatus(5, 1).network, name: `net ${ALL_HOSTILE}` } }
  const { peerId } = hostile
  const happened: readonly LoggedEvent['event'][] = [
    { kind: 'DialFailed', target: ALL_HOSTILE, reason: ALL_HOSTILE },
    { kind: 'SyncFailed', peerId, reason: ALL_HOSTILE, retryInMs: null },
    { kind: 'DhtFailed', reason: ALL_HOSTILE },
    { kind: 'EntryRejected', peerId, reason: 'BadSignature', source: 'gossip', detail: ALL_HOSTILE },
  ]
  const events = happened.map((event, at) => ({ seq: 5000 + at, at: Date.now(), event }))
  const alert: Alert = {
    id: 1,
    ruleId: 'rule',
    ruleName: `rule ${ALL_HOSTILE}`,
    kind: 'peer-departed',
    network: status.network,
    peerId,
    beganAt: Date.now(),
    firedAt: Date.now(),
    resolvedAt: null,
    what: `what ${ALL_HOSTILE}`,
    cause: ALL_HOSTILE,
    events,
    repeats: 0,
    quiet: false,
    notify: true,
    dismissed: false,
    test: false,
    webhook: 'none',
  }
  synthetic.host.tell({ status, peers: [hostile], events, alerts: [alert] })
  const seen: string[] = []
  const look = async (name: string): Promise<void> => {
    await takePicture(page, info, name)
    const text = await page.evaluate<string>('said()')
    if (text.includes('<U+202E>')) seen.push(name)
    expect(unseenIn(text), name).toEqual([])
  }
  await expect(page.getByText(/net a<U\+0007>/).first()).toBeVisible()
  for (const name of ['Health', 'Network', 'Peers', 'Timeline', 'Bootstrap', 'Alerts', 'Snapshots', 'Settings']) {
    await page
      .getByRole('navigation')
      .getByRole('button', { name: new RegExp(`^${name}`) })
      .click()
    if (name === 'Peers') {
      await page
        .locator(`[data-peer-id="${peerIdAt(3)}"]`)
        .first()
        .click()
      await expect(page.getByText('<U+202E>', { exact: false }).first()).toBeVisible()
    }
    await look(name)
  }
  await page.keyboard.press('Control+k')
  await page.keyboard.type('yaler')
  await look('palette')
  expect(seen).toContain('Peers')
})
