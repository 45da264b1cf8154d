import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CHECK_EVERY_MS, SETTING_EVERY_MS, startUpdates } from '../../../src/main/desktop/updates.ts'
import type { UpdateQuestion, Updater } from '../../../src/main/desktop/updates.ts'
import { DEFAULT_SETTINGS } from '../../../src/main/monitor/settings.ts'
import type { Settings } from '../../../src/shared/contract.ts'

let choice: Settings['updates']
let found: Awaited<ReturnType<Updater['checkForUpdates']>>
let steps: string[]
let answers: boolean[]
let onAsk: () => void
let warnings: string[]
let stop: () => void

const updater: Updater = {
  autoDownload: true,
  autoInstallOnAppQuit: true,
  checkForUpdates: () => {
    steps.push(`check auto=${updater.autoDownload || updater.autoInstallOnAppQuit}`)
    return Promise.resolve(found)
  },
  downloadUpdate: () => {
    steps.push('download')
    return Promise.resolve([])
  },
  quitAndInstall: () => void steps.push('install'),
}

function start(load: () => Promise<Updater> = () => Promise.resolve(updater)): void {
  stop = startUpdates({
    choice: () => choice,
    load: () => {
      steps.push('load')
      return load()
    },
    ask: (question: UpdateQuestion) => {
      steps.push(`ask ${question.yes}`)
      onAsk()
      return Promise.resolve(answers.shift() ?? false)
    },
    restart: (install) => {
      steps.push('goodbye')
      install()
    },
    logger: pino({ level: 'warn' }, { write: (line: string) => void warnings.push(line) }),
  })
}

const day = (days = 1): Promise<unknown> => vi.advanceTimersByTimeAsync(days * CHECK_EVERY_MS)
const version = (text: string): typeof found => ({ isUpdateAvailable: true, updateInfo: { version: text } })

beforeEach(() => {
  stop = () => undefined
  vi.useFakeTimers()
  choice = 'on'
  found = version('9.0.0')
  steps = []
  answers = []
  warnings = []
  onAsk = () => undefined
  Object.assign(updater, { autoDownload: true, autoInstallOnAppQuit: true })
})
afterEach(() => {
  stop()
  vi.useRealTimers()
})

describe('before the user agreed', () => {
  it('stands as not agreed until somebody chooses', () => expect(DEFAULT_SETTINGS.updates).toBe('ask'))

  it.each(['ask', 'off', 'yes' as Settings['updates']] as const)(
    'does nothing at all while the setting is %s: not even the updater is loaded, and nothing is asked',
    async (setting) => {
      choice = setting
      start()
      await day(10)
      expect(steps).toEqual([])
    },
  )

  it('looks soon after the user agrees, without a restart', async () => {
    choice = 'ask'
    start()
    await day()
    choice = 'on'
    await vi.advanceTimersByTimeAsync(SETTING_EVERY_MS)
    expect(steps.slice(0, 2)).toEqual(['load', 'check auto=false'])
  })
})

describe('once the user agreed', () => {
  it('looks at the start and once a day, and tells nothing where there is no newer version', async () => {
    found = { isUpdateAvailable: false, updateInfo: { version: '0.1.0' } }
    start()
    await day(2)
    expect(steps.filter((step) => step.startsWith('check'))).toHaveLength(3)
    expect(steps.some((step) => step.startsWith('ask'))).toBe(false)
  })

  it('says nothing in a build that was packaged without a place to look', async () => {
    found = null
    start()
    await day()
    expect([steps.filter((step) => step.startsWith('ask')), warnings]).toEqual([[], []])
  })

  it('downloads and restarts only after a yes to each', async () => {
    answers = [true, true]
    start()
    await vi.advanceTimersByTimeAsync(0)
    expect(steps).toEqual(['load', 'check auto=false', 'ask Download', 'download', 'ask Restart', 'goodbye', 'install'])
  })

  it('does not ask again for a version that was declined, but for the next', async () => {
    answers = [false, false]
    start()
    await day(3)
    expect(steps.filter((step) => step.startsWith('ask'))).toEqual(['ask Download'])
    found = version('9.1.0')
    await day()
    expect(steps.filter((step) => step.startsWith('ask'))).toHaveLength(2)
    expect(steps).not.toContain('download')
  })

  it('keeps what was downloaded when the restart is declined', async () => {
    answers = [true, false]
    start()
    await vi.advanceTimersByTimeAsync(0)
    expect(steps.at(-1)).toBe('ask Restart')
  })

  it('stops where it is when the agreement is withdrawn', async () => {
    answers = [true, true]
    onAsk = () => {
      choice = 'off'
    }
    start()
    await day(3)
    expect(steps).toEqual(['load', 'check auto=false', 'ask Download'])
  })

  it('warns of a failure and looks again the next day', async () => {
    start(() => Promise.reject(new Error('no network')))
    await day()
    expect(steps).toEqual(['load', 'load'])
    expect(warnings.join('')).toContain('no network')
  })

  it('does not ask twice at once, however long the answer takes', async () => {
    let answer: (yes: boolean) => void = () => undefined
    stop = startUpdates({
      choice: () => choice,
      load: () => Promise.resolve(updater),
      ask: () => {
        steps.push('ask')
        return new Promise((resolve) => {
          answer = resolve
        })
      },
      restart: (install) => install(),
      logger: pino({ level: 'silent' }),
    })
    await day(3)
    expect(steps).toEqual(['check auto=false', 'ask'])
    answer(false)
    await day()
    expect(steps).toEqual(['check auto=false', 'ask', 'check auto=false'])
  })

  it('does nothing more after it was stopped', async () => {
    start()
    stop()
    stop()
    const before = steps.length
    await day(3)
    expect(steps).toHaveLength(before)
    expect(vi.getTimerCount()).toBe(0)
  })
})
