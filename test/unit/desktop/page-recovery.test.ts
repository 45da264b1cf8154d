/** A page that dies, hangs or cannot be loaded. */
import type { BrowserWindow, MessageBoxReturnValue } from 'electron'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { GONE_MS, PageRecovery, STABLE_MS } from '../../../src/main/desktop/page-recovery.ts'
import { Unavailable } from '../../../src/shared/errors.ts'
import { BUILT_PAGE } from '../../../src/main/desktop/page-origin.ts'
import type { FakeElectron } from '../../support/electron.ts'
import { FakeWindow, fakeElectron } from '../../support/electron.ts'

let electron: FakeElectron
let window: FakeWindow
let quitting: boolean
let quits: number
let logged: string[]
let opened: number
let unopened: Error | null

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const question = () => electron.questions.at(-1)

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  electron = fakeElectron()
  window = new FakeWindow({})
  window.visible = true
  quitting = false
  quits = 0
  logged = []
  opened = 0
  unopened = null
  new PageRecovery({
    ask: async (asked) => (await electron.parts.dialog.showMessageBox(asked)).response,
    page: BUILT_PAGE,
    logger: pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) }),
    openLogs: async () => {
      opened += 1
      if (unopened !== null) throw unopened
    },
    quit: () => (quits += 1),
    isQuitting: () => quitting,
  }).watch(window as unknown as BrowserWindow)
})
afterEach(() => {
  window.emit('closed')
  vi.useRealTimers()
})

describe('a page that dies', () => {
  it('is loaded again in the same window, a turn later', async () => {
    window.webContents.die()
    // Never inside the event: Electron may still be tidying up.
    expect(window.loads).toBe(0)
    await turn()
    expect([window.loads, window.loaded]).toEqual([1, 'app://peerscope/index.html'])
    expect(electron.questions).toEqual([])
    expect(logged.join('')).toContain('"reason":"crashed"')
  })

  it('is asked about when it dies again, and says why', async () => {
    window.webContents.die()
    await turn()
    window.webContents.emit('did-finish-load')
    vi.advanceTimersByTime(STABLE_MS - 1)
    window.webContents.die('oom')
    await turn()
    expect(window.loads).toBe(1)
    expect(question()).toMatchObject({ buttons: ['Reload', 'Quit', 'Open Logs'], cancelId: 0 })
    expect(question()?.detail).toContain('ran out of memory')
    // The answer was Reload.
    await turn()
    expect([window.loads, quits]).toEqual([2, 0])
  })

  it('ends the app where that is the answer', async () => {
    electron.response = 1
    for (let times = 0; times < 2; times += 1) {
      window.webContents.die()
      await turn()
    }
    expect([window.loads, quits]).toEqual([1, 1])
  })

  it.each([
    ['shown', null],
    ['not shown, with the reason', new Unavailable('the folder /logs could not be opened: no file manager')],
  ])('has its log %s, and is asked about again', async (_how, error) => {
    electron.response = 2
    unopened = error
    window.webContents.die()
    await turn()
    const answers = [2, 2, 0]
    vi.spyOn(electron.parts.dialog, 'showMessageBox').mockImplementation((asked) => {
      electron.questions.push(asked)
      return Promise.resolve({ response: answers.shift() ?? 0, checkboxChecked: false })
    })
    window.webContents.die('oom')
    await turn()
    await turn()
    expect([opened, electron.questions.length, window.loads, quits]).toEqual([2, 3, 2, 0])
    const last = question()?.detail ?? ''
    expect(last).toContain(error === null ? 'ran out of memory' : 'The folder /logs could not be opened')
  })

  it('may be reloaded without a question again once it has lived for a while', async () => {
    for (let times = 1; times <= 3; times += 1) {
      window.webContents.die()
      await turn()
      window.webContents.emit('did-finish-load')
      vi.advanceTimersByTime(STABLE_MS)
      expect([window.loads, electron.questions.length]).toEqual([times, 0])
    }
  })

  it('is asked about once, whatever else goes wrong', async () => {
    electron.unanswered = true
    window.webContents.die()
    await turn()
    window.webContents.die()
    window.webContents.die()
    window.webContents.emit('did-fail-load', {}, -6, 'ERR_FILE_NOT_FOUND', '', true)
    window.emit('unresponsive')
    // That the page responds answers another question.
    window.emit('responsive')
    await turn()
    expect(electron.questions).toHaveLength(1)
    expect(question()?.signal?.aborted).toBe(false)
  })

  it('is asked about when the window is opened, where it was in the tray', async () => {
    window.visible = false
    window.webContents.die()
    await turn()
    window.webContents.die()
    await turn()
    expect(electron.questions).toEqual([])
    window.show()
    expect(electron.questions).toHaveLength(1)
  })

  it.each(['clean-exit', 'quitting', 'closed'])('is left alone when it is meant to end: %s', async (how) => {
    quitting = how === 'quitting'
    if (how === 'closed') window.emit('closed')
    for (let times = 0; times < 3; times += 1) window.webContents.die(how === 'clean-exit' ? how : 'killed')
    window.emit('unresponsive')
    await turn()
    expect(window.loads).toBe(0)
    expect(electron.questions.filter(({ buttons }) => buttons?.[0] === 'Reload')).toEqual([])
  })

  it('is not loaded into a window that was closed meanwhile', async () => {
    window.webContents.die()
    window.close()
    await turn()
    expect(window.loads).toBe(0)
  })
})

describe('a page that cannot be loaded', () => {
  it('is asked about, with what Chromium says', async () => {
    window.webContents.emit('did-fail-load', {}, -6, 'ERR_FILE_NOT_FOUND', 'app://peerscope/index.html', true)
    expect(question()).toMatchObject({ buttons: ['Reload', 'Quit', 'Open Logs'] })
    expect(question()?.detail).toContain('ERR_FILE_NOT_FOUND')
    await turn()
    await turn()
    expect(window.loads).toBe(1)
  })

  it('is not asked about where only a frame failed, or a newer load took its place', () => {
    window.webContents.emit('did-fail-load', {}, -6, 'ERR_FILE_NOT_FOUND', '', false)
    window.webContents.emit('did-fail-load', {}, -3, 'ERR_ABORTED', '', true)
    expect(electron.questions).toEqual([])
  })
})

describe('a page that hangs', () => {
  it('is asked about; the question goes when the page responds', async () => {
    electron.unanswered = true
    window.emit('unresponsive')
    expect(question()).toMatchObject({ buttons: ['Wait', 'Reload', 'Quit'], cancelId: 0 })
    window.emit('unresponsive')
    expect(electron.questions).toHaveLength(1)
    window.emit('responsive')
    expect(question()?.signal?.aborted).toBe(true)
    await turn()
    expect([window.webContents.ended, window.loads, quits]).toEqual([0, 0, 0])
    window.emit('unresponsive')
    expect(electron.questions).toHaveLength(2)
  })

  it('is left alone once it responds, even where an answer comes late', async () => {
    const answer = Promise.withResolvers<MessageBoxReturnValue>()
    vi.spyOn(electron.parts.dialog, 'showMessageBox').mockReturnValue(answer.promise)
    window.emit('unresponsive')
    window.emit('responsive')
    answer.resolve({ response: 1, checkboxChecked: false })
    await turn()
    expect([window.webContents.ended, window.loads]).toEqual([0, 0])
  })

  it('is waited for', async () => {
    window.emit('unresponsive')
    await turn()
    expect([window.webContents.ended, window.loads, quits]).toEqual([0, 0, 0])
  })

  it('is ended and loaded again, which does not count as a crash', async () => {
    electron.response = 1
    window.emit('unresponsive')
    await turn()
    expect([window.webContents.ended, window.loads]).toEqual([1, 0])
    window.webContents.die('killed')
    await turn()
    expect(window.loads).toBe(1)
    // A crash has its reload still.
    window.webContents.die()
    await turn()
    expect([window.loads, electron.questions.length]).toEqual([2, 1])
  })

  it('is loaded again even where its process never reports its end', async () => {
    electron.response = 1
    window.emit('unresponsive')
    await turn()
    vi.advanceTimersByTime(GONE_MS)
    await turn()
    expect(window.loads).toBe(1)
  })

  it('does not hold up a quit, and is not loaded again then', async () => {
    electron.response = 2
    window.emit('unresponsive')
    await turn()
    window.webContents.die('killed')
    await turn()
    expect([window.webContents.ended, window.loads, quits]).toEqual([1, 0, 1])
  })

  it('that dies takes its question with it', async () => {
    electron.unanswered = true
    window.emit('unresponsive')
    window.webContents.die()
    await turn()
    expect(question()?.signal?.aborted).toBe(true)
    expect(window.loads).toBe(1)
  })
})
