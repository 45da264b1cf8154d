/** What Settings has of the desktop app: the real shell on the double of Electron, and the real page in a browser. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { DesktopRig } from '../support/desktop.ts'
import { takePicture } from './app.ts'
import { expect, test } from './synthetic.ts'

/** Gives the empty page a port to the shell, as the preload script does. */
async function connect(page: Page, rig: DesktopRig): Promise<void> {
  const port = rig.port()
  port.on('message', ({ data }) => {
    // The page may have been closed.
    page.evaluate(`fromMain(${JSON.stringify(data)})`).catch(() => undefined)
  })
  port.start()
  await page.exposeFunction('toMain', (data: unknown) => port.postMessage(data))
  await page.addInitScript(`
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = ({ data }) => toMain(data)
    globalThis.fromMain = (data) => port1.postMessage(data)
    globalThis.peerscope = { requestPort: () => postMessage('peerscope:port', '*', [port2]) }
  `)
}

test('hardware acceleration is switched, and the restart that it takes is offered', async ({ synthetic }, info) => {
  const rig = new DesktopRig()
  try {
    await rig.start({ argv: ['--data', 'd'] })
    const page = await synthetic.open((empty) => connect(empty, rig))
    await page.getByRole('button', { name: 'Settings', exact: true }).click()
    const card = page.getByRole('region', { name: 'Desktop app' })
    const acceleration = card.getByRole('switch', { name: 'Use hardware acceleration' })
    const restart = card.getByRole('button', { name: 'Restart now' })
    await expect(card).toContainText(join(rig.data, 'logs', 'peerscope.log'))
    await expect(acceleration).toBeChecked()
    await expect(restart).toHaveCount(0)
    await acceleration.click()
    await expect(acceleration).not.toBeChecked()
    await restart.scrollIntoViewIfNeeded()
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await takePicture(page, info, colorScheme, true)
    }
    expect(JSON.parse(readFileSync(join(rig.data, 'desktop.json'), 'utf8'))).toMatchObject({
      hardwareAcceleration: false,
    })
    await card.getByRole('button', { name: 'Open logs' }).click()
    await expect.poll(() => rig.electron.opened).toEqual([join(rig.data, 'logs')])
    await expect(card).not.toContainText('sandbox')
    await restart.click()
    await expect.poll(() => rig.electron.app.calls).toContain('quit')
    await acceleration.click()
    await expect(restart).toHaveCount(0)
  } finally {
    await rig.close()
  }
})

test('what this desktop lacks is said where it matters: a tray, and Chromium’s sandbox', async ({
  synthetic,
}, info) => {
  const rig = new DesktopRig()
  try {
    await rig.start({
      desktop: (host) => void (host.shown = false),
      before: (electron) => void electron.switches.push('no-sandbox'),
    })
    const page = await synthetic.open((empty) => connect(empty, rig))
    await page.getByRole('button', { name: 'Settings', exact: true }).click()
    const card = page.getByRole('region', { name: 'Desktop app' })
    await expect(card).toContainText('This desktop shows no tray, so Peerscope starts with its window.')
    await expect(card).toContainText('This desktop shows no tray, so closing the window quits Peerscope.')
    const sandbox = card.getByText(/^Chromium’s sandbox is off/)
    await sandbox.scrollIntoViewIfNeeded()
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await takePicture(page, info, `lacks-${colorScheme}`, true)
    }
    expect(rig.warnings.join('')).toContain('sandbox is off')
  } finally {
    await rig.close()
  }
})
