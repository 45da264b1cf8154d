/** Opens a URL in the user's browser. */
import { spawn } from 'node:child_process'
import { hasDisplay } from './start/look.ts'

/** Opens the URL where there is a display; a failure is harmless, the caller has printed the URL. */
export function openBrowser(url: string): void {
  const { DISPLAY: display, WAYLAND_DISPLAY: wayland } = process.env
  if (!hasDisplay({ platform: process.platform, display, wayland })) return
  const [command, first] =
    process.platform === 'darwin'
      ? ['open', []]
      : process.platform === 'win32'
        ? ['cmd', ['/c', 'start', '']]
        : ['xdg-open', []]
  const browser = spawn(command, [...first, url], { stdio: 'ignore', detached: true })
  browser.on('error', () => undefined)
  browser.unref()
}
