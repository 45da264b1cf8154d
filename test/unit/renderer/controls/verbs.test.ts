import { beforeEach, describe, expect, it } from 'vitest'
import { fileWorks, tell, tellFailure, tellFileFailure } from '../../../../src/renderer/src/controls/verbs.ts'
import {
  letGo,
  letGoUnread,
  saidStore,
  say,
  sayInstead,
  unsay,
} from '../../../../src/renderer/src/stores/said-store.ts'
import { failureTitle } from '../../../../src/renderer/src/ui/strings-failures.ts'
import { strings } from '../../../../src/renderer/src/ui/strings.ts'
import { DialFailed, InvalidArgument, Unavailable } from '../../../../src/shared/errors.ts'

const said = () => saidStore.getState().said
const told = (): readonly string[] => said().map(({ title, times }) => `${title} ${times}`)

// What other files said is left in the process that they share.
beforeEach(() => saidStore.setState({ said: [] }))

describe('failures that are said', () => {
  it('say once that the connection with the host broke, however many calls were under way', () => {
    for (const call of ['ping', 'sync', 'crawl'])
      tellFailure(new Unavailable(`the ${call} failed: Peerscope is closed`))
    expect(told()).toEqual(['Peerscope does not answer 3'])
  })

  it('are called by no name of a class', () => {
    for (const code of [...Object.keys(strings.hints), 'constructor', 'Weird'])
      expect(failureTitle(code)).toMatch(/^[A-Z][a-z]* [\w ’]+$/)
  })

  it('are one where they are the same, and each a line of its own else', () => {
    for (const why of ['nobody is there', 'nobody is there', 'it is busy']) tellFailure(new DialFailed(why))
    expect(told()).toEqual(['Could not connect 1', 'Could not connect 2'])
  })
})

describe('files that cannot be opened', () => {
  it('are said one at a time, in words of their own, until another one works', () => {
    for (const why of ['this is no snapshot of Peerscope', 'the snapshot is too large'])
      tellFileFailure(new InvalidArgument(why))
    expect(told()).toEqual([`${strings.snapshots.badFile} 1`])
    tellFailure(new DialFailed('nobody is there'))
    fileWorks()
    expect(told()).toEqual(['Could not connect 1'])
  })
})

describe('what is said', () => {
  it('has the newest first, what reads the same once, and no end of them', () => {
    for (const message of ['Copied', 'Saved a', 'Copied']) tell(message)
    expect(said().map(({ message, times }) => [message, times])).toEqual([
      ['Copied', 2],
      ['Saved a', 1],
    ])
    for (let index = 0; index < 40; index += 1) tell(`Saved ${index}`)
    expect([said().length, said()[0]?.message]).toEqual([20, 'Saved 39'])
    const id = say({ message: 'under way', stayMs: null })
    for (let index = 0; index < 40; index += 1) tell(`Copied ${index}`)
    expect([said().length, said().at(-1)?.id]).toEqual([21, id])
  })

  it('stays while the strip is held, and goes once it is not, however that came about', () => {
    let held = true
    const asked: string[] = []
    const strip = {
      matches: (selector: string) => {
        asked.push(selector)
        return held
      },
    }
    say({ message: 'short', stayMs: 1000 })
    const late = performance.now() + 5000
    letGoUnread(strip, late)
    expect([said().length, asked]).toEqual([1, [':hover, :focus-within']])
    held = false
    letGoUnread(strip, late)
    expect(said()).toEqual([])
  })

  it('goes by itself after its time, but for what is under way', () => {
    const now = performance.now()
    say({ message: 'short', stayMs: 1000 })
    const id = say({ message: 'under way', stayMs: null })
    letGo(now + 500)
    expect(said()).toHaveLength(2)
    letGo(now + 5000)
    expect(said().map(({ message }) => message)).toEqual(['under way'])
    sayInstead(id, 'half of it')
    expect(said()[0]?.message).toBe('half of it')
    unsay(id)
    sayInstead(id, 'all of it')
    expect(said()).toEqual([])
  })
})
