/** Opens a URL in the user's browser. */
import { spawn } from 'node:child_process'

/** Opens the URL where there is a display; a failure is harmless, the caller has printed the URL. */
export function openBrowser(url: string): void {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env
  if (process.platform === 'linux' && DISPLAY === undefined && WAYLAND_DISPLAY === undefined) return
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
