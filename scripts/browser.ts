/** Finds a Chromium for the end-to-end tests, or brings one: the system's, by apt where we are root, or Playwright's own. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from '@playwright/test'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** The path of a Chromium, or null (with the reason on standard error) when none can be had. */
export function ensureBrowser(): string | null {
  return installed() ?? byApt() ?? byPlaywright() ?? giveUp()
}

function installed(): string | null {
  const given = process.env['PEERSCOPE_BROWSER']
  if (given !== undefined && existsSync(given)) return given
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of NAMES) if (existsSync(join(folder, name))) return join(folder, name)
  }
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : null
}

function byApt(): string | null {
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).status !== 0) return null
  console.log('installing Chromium by apt for the end-to-end tests …')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore', env })
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { stdio: 'ignore', env })
  return installed()
}

function byPlaywright(): string | null {
  console.log("installing Playwright's own Chromium for the end-to-end tests …")
  spawnSync('playwright', ['install', 'chromium'], { stdio: 'inherit', shell: process.platform === 'win32' })
  return installed()
}

function giveUp(): null {
  console.error('no Chromium found and none could be installed: install one, or name it in PEERSCOPE_BROWSER')
  return null
}
