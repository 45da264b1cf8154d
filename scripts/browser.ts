/** Finds a Chromium for the end-to-end tests, or brings one: the system's, by apt where we are root, or Playwright's own. */
import { spawn, spawnSync } from 'node:child_process'
import type { SpawnOptions } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from '@playwright/test'

/** The headless shell first: the same engine without a browser's windows, which takes a fifth less CPU time. */
const NAMES = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** The path of a Chromium, or null (with the reason on standard error) when none can be had. */
export async function ensureBrowser(): Promise<string | null> {
  return installed() ?? (await byApt()) ?? (await byPlaywright()) ?? giveUp()
}

function installed(): string | null {
  const given = process.env['PEERSCOPE_BROWSER']
  if (given !== undefined && existsSync(given)) return given
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of NAMES) if (existsSync(join(folder, name))) return join(folder, name)
  }
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : null
}

async function byApt(): Promise<string | null> {
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).status !== 0) return null
  console.log('installing Chromium by apt for the end-to-end tests …')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await run('apt-get', ['update', '-qq'], { stdio: 'ignore', env })
  // Not every distribution packages the shell by itself.
  for (const name of ['chromium-headless-shell', 'chromium']) {
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], { stdio: 'ignore', env })
    const browser = installed()
    if (browser !== null) return browser
  }
  return null
}

async function byPlaywright(): Promise<string | null> {
  console.log("installing Playwright's own Chromium for the end-to-end tests …")
  await run('playwright', ['install', 'chromium'], { stdio: 'inherit', shell: process.platform === 'win32' })
  return installed()
}

/** Resolves when it ended, however it did: whether there is a browser then is looked at. */
function run(command: string, args: readonly string[], options: SpawnOptions): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(command, args, options)
    child.once('error', () => resolve())
    child.once('close', () => resolve())
  })
}

function giveUp(): null {
  console.error('no Chromium found and none could be installed: install one, or name it in PEERSCOPE_BROWSER')
  return null
}
